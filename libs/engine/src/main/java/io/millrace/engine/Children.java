// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.ExecutionEvent.ChildEnded;
import io.millrace.engine.ExecutionEvent.ChildStarted;
import io.millrace.model.Task;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// What follows for a task run from news of the execution that it has started.
final class Children {
    private Children() {}

    static Decision started(Transition t, ChildStarted event) {
        var run = awaited(t, event.taskRun(), event.dispatch());
        if (run == null) {
            return Decision.of(t.state());
        }
        if (t.execution().killed() && t.execution().cascade()) {
            t.command(new Command.KillChild(event.childId()));
            return t.decision();
        }
        if (call(t, run).waits()) {
            return Decision.of(t.state());
        }
        var steps = new Steps(t);
        steps.end(run, State.SUCCESS);
        return steps.decide();
    }

    static Decision ended(Transition t, ChildEnded event) {
        var run = awaited(t, event.taskRun(), event.dispatch());
        if (run == null) {
            return Decision.of(t.state());
        }
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        if (event.childId() != null) {
            outputs.put("executionId", event.childId());
        }
        outputs.put("state", event.state().name());
        outputs.put("outputs", event.outputs());
        var steps = new Steps(t);
        if (event.error() != null) {
            t.put(t.change(run.ordinal()).outputs(outputs));
            steps.failWith(t.run(run.ordinal()), event.error());
            return steps.decide();
        }
        var ended = t.put(t.change(run.ordinal()).outputs(outputs));
        steps.end(ended, call(t, run).transmitFailed() ? event.state() : State.SUCCESS);
        return steps.decide();
    }

    private static @Nullable TaskRun awaited(Transition t, int ordinal, int dispatch) {
        var run = t.state().find(ordinal);
        return run != null && run.phase() == Phase.CHILD && run.dispatch() == dispatch ? run : null;
    }

    private static Task.Call call(Transition t, TaskRun run) {
        return ((Task.Subflow) t.task(run).definition()).call();
    }
}
