// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.Cursor.Stage;
import io.millrace.engine.ExecutionEvent.TaskStarted;
import io.millrace.model.Task;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Working directories: a worker opens one and keeps it, the tasks inside are sent to that worker
/// one after another, then it collects the files and closes it.
///
/// The task run is `RUNNING` while it is being opened (it has no cursor yet) or closed (it has
/// one), and `CHILDREN` in between, with the id of the worker. What becomes of that worker becomes
/// of all of it: a lost one means that the directory is opened anew, and all tasks run again.
final class Directories {
    private final Transition t;
    private final Steps steps;

    Directories(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    static boolean isOne(Task definition) {
        return definition instanceof Task.WorkingDirectory;
    }

    /// The task run whose directory this one runs in, or nothing.
    static @Nullable TaskRun around(FlowPlan plan, ExecutionState state, TaskRun run) {
        if (run.parent() == TaskRun.NONE) {
            return null;
        }
        var parent = state.find(run.parent());
        var task = plan.find(run.taskId());
        return parent != null
                        && parent.workerId() != null
                        && task != null
                        && task.stage() == Stage.MAIN
                        && task.parent() != null
                        && isOne(task.parent().definition())
                ? parent
                : null;
    }

    /// @param input rendered
    void open(TaskRun run, Map<String, @Nullable Object> input) {
        int dispatch = run.dispatch() + 1;
        t.put(
                t.change(run.ordinal())
                        .dispatch(dispatch)
                        .workerId(null)
                        .rendered(input.isEmpty() ? null : input)
                        .phase(Phase.RUNNING, t.now));
        t.command(new Command.DispatchTask(run.ordinal(), dispatch, false));
    }

    /// A worker has laid the files.
    void opened(TaskRun run, TaskStarted event) {
        var change =
                t.change(run.ordinal())
                        .workerId(event.workerId())
                        .phase(Phase.CHILDREN, t.now)
                        .cursor(Cursors.start(""));
        if (run.state() != State.RUNNING && run.state() != State.KILLING) {
            change.state(State.RUNNING, event.at());
        }
        var timeout = t.execution().killed() ? null : Values.timeout(t.task(run), run);
        if (timeout != null) {
            var at = t.now.plus(timeout);
            change.wakeAt(at);
            t.command(new Command.SetTimer(run.ordinal(), at));
        } else if (run.wakeAt() != null) {
            t.command(new Command.DropTimer(run.ordinal()));
            change.wakeAt(null);
        }
        t.put(change);
        t.look(run.ordinal());
    }

    /// Its own timeout is over: what runs inside is stopped, and nothing more begins.
    void timedOut(TaskRun run) {
        t.put(t.change(run.ordinal()).wakeAt(null));
        if (run.workerId() == null || t.execution().killed()) {
            return;
        }
        var error = "Timeout after " + Values.timeout(t.task(run), run);
        t.log(run, LogEntry.Level.ERROR, error);
        t.put(
                t.change(run.ordinal())
                        .error(error)
                        .cursor(Cursors.with(t.cursor(run.ordinal()), State.FAILED)));
        for (int ordinal : t.state().childrenOf(run.ordinal())) {
            var child = t.run(ordinal);
            if (child.isOver()) {
                continue;
            }
            if (child.wakeAt() != null) {
                t.command(new Command.DropTimer(ordinal));
            }
            if (child.phase() == Phase.RUNNING || child.phase() == Phase.RENDERING) {
                t.command(new Command.CancelTaskRun(ordinal, child.dispatch()));
            }
            steps.ends.endForGood(t.put(t.change(ordinal).error(error)), State.FAILED);
        }
        t.look(run.ordinal());
    }

    /// Whether the tasks inside are done but the directory has to be closed first.
    boolean closes(int owner) {
        if (owner == TaskRun.NONE || !isOne(t.task(t.run(owner)).definition())) {
            return false;
        }
        var run = t.run(owner);
        if (run.workerId() == null) {
            return false;
        }
        if (t.execution().killed()) {
            t.command(new Command.CancelTaskRun(owner, run.dispatch()));
            t.put(t.change(owner).workerId(null));
            return false;
        }
        if (run.wakeAt() != null) {
            t.command(new Command.DropTimer(owner));
        }
        t.put(t.change(owner).wakeAt(null).phase(Phase.RUNNING, t.now));
        t.command(new Command.DispatchTask(owner, run.dispatch(), true));
        return true;
    }

    /// It could not be opened, or was closed.
    void ended(TaskRun run, TaskResult result) {
        if (result.state() == State.KILLED && t.execution().killed()) {
            steps.endKilled(run);
            return;
        }
        var cursor = run.cursor() == null ? Cursors.start("") : run.cursor();
        if (!result.state().isGood()) {
            cursor = Cursors.with(cursor, State.FAILED);
        }
        var change =
                t.change(run.ordinal())
                        .workerId(null)
                        .wakeAt(null)
                        .phase(Phase.CHILDREN, t.now)
                        .cursor(cursor)
                        .outputs(result.outputs())
                        .outputsUri(result.outputsUri())
                        .error(result.error());
        if (run.state() != State.RUNNING && run.state() != State.KILLING) {
            change.state(State.RUNNING, t.now);
        }
        if (run.wakeAt() != null) {
            t.command(new Command.DropTimer(run.ordinal()));
        }
        t.put(change);
        t.look(run.ordinal());
    }

    /// The worker is gone, and the directory with it.
    void lost(TaskRun run, String reason) {
        for (int ordinal : t.state().childrenOf(run.ordinal())) {
            var child = t.run(ordinal);
            if (child.isOver()) {
                continue;
            }
            if (child.wakeAt() != null) {
                t.command(new Command.DropTimer(ordinal));
            }
            if (child.phase() == Phase.RUNNING || child.phase() == Phase.RENDERING) {
                t.command(new Command.CancelTaskRun(ordinal, child.dispatch()));
            }
            if (t.execution().killed()) {
                steps.endKilled(child);
            } else if (child.state() == State.RETRYING) {
                t.put(t.change().retrying(t.execution().retrying() - 1));
            }
        }
        if (t.execution().killed()) {
            t.put(t.change(run.ordinal()).workerId(null));
            if (run.phase() == Phase.RUNNING) {
                steps.endKilled(t.run(run.ordinal()));
            } else {
                t.look(run.ordinal());
            }
            return;
        }
        t.log(run, LogEntry.Level.WARN, "Runs again: " + reason);
        new Rewind(t).removeBelow(run.ordinal());
        if (run.wakeAt() != null) {
            t.command(new Command.DropTimer(run.ordinal()));
        }
        t.put(t.change(run.ordinal()).cursor(null).wakeAt(null).outputs(Map.of()));
        open(t.run(run.ordinal()), run.rendered() == null ? Values.NONE : run.rendered());
    }
}
