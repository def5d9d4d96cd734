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
        if (run.phase() == Phase.BATCHES) {
            steps.batches.started(run, ExecutionState.batchOf(run, event.dispatch()));
        } else {
            steps.ends.end(run, State.SUCCESS);
        }
        return steps.decide();
    }

    static Decision ended(Transition t, ChildEnded event) {
        var run = awaited(t, event.taskRun(), event.dispatch());
        if (run == null) {
            return Decision.of(t.state());
        }
        var steps = new Steps(t);
        if (run.phase() == Phase.BATCHES) {
            steps.batches.ended(run, ExecutionState.batchOf(run, event.dispatch()), event);
            return steps.decide();
        }
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        if (event.childId() != null) {
            outputs.put("executionId", event.childId());
        }
        if (event.childId() != null && !call(t, run).waits()) {
            steps.ends.end(run, State.SUCCESS); // it has been started, and that is all
            return steps.decide();
        }
        outputs.put("state", event.state().name());
        outputs.put("outputs", event.outputs());
        var ended = t.put(t.change(run.ordinal()).outputs(outputs));
        if (event.error() != null) {
            steps.ends.failWith(ended, event.error());
        } else {
            steps.ends.end(ended, call(t, run).transmitFailed() ? event.state() : State.SUCCESS);
        }
        return steps.decide();
    }

    private static @Nullable TaskRun awaited(Transition t, int ordinal, int dispatch) {
        var run = t.state().find(ordinal);
        return run != null
                        && (run.phase() == Phase.CHILD || run.phase() == Phase.BATCHES)
                        && t.state().awaits(ordinal, dispatch)
                ? run
                : null;
    }

    private static Task.Call call(Transition t, TaskRun run) {
        return switch (t.task(run).definition()) {
            case Task.Batches batches -> batches.call();
            case Task.Subflow subflow -> subflow.call();
            default -> throw new IllegalStateException("Expected a subflow but got " + run);
        };
    }
}
