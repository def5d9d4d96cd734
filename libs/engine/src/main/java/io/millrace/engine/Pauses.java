// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.Task;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Task runs that wait for a person, or for a time to pass.
final class Pauses {
    private final Transition t;
    private final Steps steps;

    Pauses(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    void pause(TaskRun run, Task.Pause pause, Map<String, @Nullable Object> input) {
        var length = Values.duration(input.get("pauseDuration"));
        var timeout = Values.duration(input.get("timeout"));
        if (length != null) {
            behavior(pause, input); // one that is none is told at once
        }
        var wait = length == null ? timeout : length;
        var wakeAt = wait == null ? null : t.now.plus(wait);
        t.put(
                t.change(run.ordinal())
                        .state(State.RUNNING, t.now)
                        .cursor(Cursors.start(""))
                        .rendered(input.isEmpty() ? null : input));
        waitUntil(run, wakeAt);
        if (pause.onPause() != null && t.task(run).lists().main().containsKey("onPause")) {
            for (var task : t.task(run).lists().main().getOrDefault("onPause", List.of())) {
                t.create(task, run.ordinal(), TaskRun.NONE, null);
                t.put(run.ordinal(), Cursors.started(t.cursor(run.ordinal()), 0));
            }
        }
    }

    /// Has it wait for a person, or until that time comes.
    void waitUntil(TaskRun run, @Nullable Instant wakeAt) {
        t.put(
                t.change(run.ordinal())
                        .state(State.PAUSED, t.now)
                        .phase(Phase.PAUSED, t.now)
                        .wakeAt(wakeAt));
        t.put(t.change().paused(t.execution().paused() + 1));
        if (wakeAt != null) {
            t.command(new Command.SetTimer(run.ordinal(), wakeAt));
        }
    }

    /// Goes on after a pause.
    void resume(TaskRun run, Map<String, @Nullable Object> inputs, @Nullable String by) {
        var outputs = new LinkedHashMap<String, @Nullable Object>();
        if (!inputs.isEmpty()) {
            outputs.put("onResume", inputs);
        }
        outputs.put("resumed", resumed(by, State.RUNNING));
        leave(run, State.RUNNING, outputs);
        t.look(run.ordinal());
    }

    /// @param by nobody if the time was over
    private Map<String, @Nullable Object> resumed(@Nullable String by, State to) {
        var resumed = new LinkedHashMap<String, @Nullable Object>();
        resumed.put("by", by);
        resumed.put("on", t.now.toString());
        resumed.put("to", to.name());
        return resumed;
    }

    TaskRun leave(TaskRun run, State state, Map<String, @Nullable Object> outputs) {
        if (run.wakeAt() != null) {
            t.command(new Command.DropTimer(run.ordinal()));
        }
        t.put(t.change().paused(t.execution().paused() - 1));
        return t.put(
                t.change(run.ordinal())
                        .state(state, t.now)
                        .phase(Phase.CHILDREN, t.now)
                        .wakeAt(null)
                        .rendered(null)
                        .outputs(outputs));
    }

    void pauseEnds(TaskRun run) {
        if (t.task(run).definition() instanceof Task.Approval) {
            steps.approvals.expire(run);
            return;
        }
        var pause = (Task.Pause) t.task(run).definition();
        var known = run.rendered() == null ? Values.NONE : run.rendered();
        var length = Values.duration(known.get("pauseDuration"));
        var timeout = Values.duration(known.get("timeout"));
        if (length == null) {
            t.log(run, LogEntry.Level.ERROR, "Timeout after " + timeout);
            fail(run);
            return;
        }
        switch (behavior(pause, known)) {
            case RESUME -> {
                leave(run, State.RUNNING, Values.one("resumed", resumed(null, State.RUNNING)));
                t.look(run.ordinal());
            }
            case WARN -> {
                leave(run, State.RUNNING, Values.one("resumed", resumed(null, State.WARNING)));
                t.put(run.ordinal(), Cursors.with(t.cursor(run.ordinal()), State.WARNING));
                t.look(run.ordinal());
            }
            case FAIL -> {
                t.log(run, LogEntry.Level.ERROR, "Timeout after " + length);
                fail(run);
            }
            case CANCEL -> {
                leavePauseAndEnd(run, State.CANCELLED);
                steps.exit(State.CANCELLED);
            }
        }
    }

    /// @throws IllegalArgumentException if what was rendered is none
    private static Task.Pause.Behavior behavior(
            Task.Pause pause, Map<String, @Nullable Object> rendered) {
        return Approvals.choice(
                Task.Pause.Behavior.class,
                rendered.getOrDefault("behavior", pause.behavior()),
                "behavior");
    }

    /// The time is over: what the pause has for errors and for its end runs, if it has anything.
    private void fail(TaskRun run) {
        var lists = t.task(run).lists();
        if (lists.errors().isEmpty() && lists.finallyTasks().isEmpty()) {
            leavePauseAndEnd(run, State.FAILED);
            return;
        }
        leave(run, State.RUNNING, run.outputs());
        t.put(run.ordinal(), Cursors.with(t.cursor(run.ordinal()), State.FAILED));
        t.look(run.ordinal());
    }

    private void leavePauseAndEnd(TaskRun run, State state) {
        steps.ends.end(t.put(t.change(run.ordinal()).wakeAt(null)), state);
    }
}
