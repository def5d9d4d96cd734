// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.Cursor.Stage;
import io.millrace.model.RetryPolicy;
import io.millrace.model.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// How task runs end: what their task allows, whether they are tried again, and what the flow
/// control around them is told.
final class Endings {
    private final Transition t;
    private final Steps steps;

    Endings(Transition transition, Steps steps) {
        this.t = transition;
        this.steps = steps;
    }

    /// A job has ended on a worker.
    void finished(TaskRun run, TaskResult result) {
        var attempts = new ArrayList<>(run.attempts());
        if (!attempts.isEmpty() && attempts.getLast().state() == State.RUNNING) {
            attempts.removeLast();
        }
        attempts.add(
                new Attempt(
                        result.state(),
                        result.startedAt(),
                        result.endedAt(),
                        result.workerId(),
                        result.logFile()));
        var change = t.change(run.ordinal());
        if (run.state() != State.RUNNING && run.state() != State.KILLING) {
            change.state(State.RUNNING, latest(run.history().changedAt(), result.startedAt()));
        }
        var changed =
                t.put(
                        change.attempts(List.copyOf(attempts))
                                .outputs(result.outputs())
                                .outputsUri(result.outputsUri())
                                .error(result.error()));
        if (run.wakeAt() != null) {
            t.command(new Command.DropTimer(run.ordinal()));
        }
        end(changed, result.state());
    }

    /// Ends a task run that could not even do its work.
    void failWith(TaskRun run, String message) {
        t.log(run, LogEntry.Level.ERROR, message);
        var change = t.change(run.ordinal()).error(message);
        if (run.state() != State.RUNNING && run.state() != State.KILLING) {
            change.state(State.RUNNING, t.now);
        }
        if (run.attempts().isEmpty() || run.attempts().getLast().state() != State.RUNNING) {
            change.attempts(
                    Steps.plus(
                            run.attempts(), new Attempt(State.FAILED, t.now, t.now, null, null)));
        }
        end(t.put(change), State.FAILED);
    }

    /// The task run has come to an end of its own, as it stands. What the task allows, and whether
    /// it is tried again, is decided here.
    void end(TaskRun run, State own) {
        var task = t.plan.find(run.taskId());
        if (own == State.FAILED && task != null && isRetried(run, task)) {
            return;
        }
        endForGood(run, own);
    }

    /// The same, for what isn't tried again whatever its policy says.
    void endForGood(TaskRun run, State own) {
        var task = t.plan.find(run.taskId());
        var state = own;
        State exit = null;
        if (task != null) {
            var common = task.definition().common();
            if (state == State.SUCCESS
                    && task.retry() != null
                    && task.retry().limits().warningOnRetry()
                    && run.history().includes(State.RETRYING)) {
                state = State.WARNING;
            }
            if (state == State.FAILED && common.allowFailure()) {
                state = State.WARNING;
            }
            if (state == State.WARNING && common.allowWarning()) {
                state = State.SUCCESS;
            }
            var ending = steps.approvals.ending(run, task.definition(), state);
            state = ending.state();
            exit = ending.exit();
        }
        var change = endAttempt(run, own, t.now);
        if (run.phase() == Phase.PAUSED) {
            t.put(t.change().paused(t.execution().paused() - 1));
        }
        if (run.phase() == Phase.HALTED) {
            t.put(t.change().halted(t.execution().halted() - 1));
        }
        if (run.state() == State.RETRYING) {
            t.put(t.change().retrying(t.execution().retrying() - 1));
        }
        t.put(
                change.state(state, t.now)
                        .phase(Phase.OVER, t.now)
                        .wakeAt(null)
                        .workerId(null)
                        .rendered(null));
        if (exit != null) {
            steps.leave(t.run(run.ordinal()), exit);
        }
        childEnded(t.run(run.ordinal()));
    }

    TaskRunChange endAttempt(TaskRun run, State state, Instant at) {
        var change = t.change(run.ordinal());
        if (!run.attempts().isEmpty() && run.attempts().getLast().state() == State.RUNNING) {
            var last = run.attempts().getLast();
            var attempts = new ArrayList<>(run.attempts());
            attempts.set(
                    attempts.size() - 1,
                    new Attempt(state, last.startedAt(), at, last.workerId(), last.logFile()));
            change.attempts(List.copyOf(attempts));
        }
        return change;
    }

    private boolean isRetried(TaskRun run, FlowTask task) {
        var policy = task.retry();
        var execution = t.execution();
        if (policy == null
                || task.definition() instanceof Task.Flowable
                || execution.killed()
                || execution.cursor().exit() != null
                || execution.cursor().stage() == Stage.AFTER) {
            return false;
        }
        if (policy.limits().behavior() == RetryPolicy.Behavior.CREATE_NEW_EXECUTION) {
            var at = Retries.next(policy, execution, t.now);
            if (at != null) {
                t.put(t.change().wakeAt(at));
                t.put(TaskRun.NONE, Cursors.exiting(execution.cursor(), State.RETRIED));
                steps.lookAtAll();
            }
            return false;
        }
        var ended = t.put(endAttempt(run, State.FAILED, t.now));
        var at = Retries.next(policy, execution, ended, t.now);
        if (at == null) {
            return false;
        }
        t.put(
                t.change(run.ordinal())
                        .state(State.RETRYING, t.now)
                        .phase(Phase.DELAY, t.now)
                        .wakeAt(at)
                        .workerId(null)
                        .rendered(null));
        t.put(t.change().retrying(execution.retrying() + 1));
        t.command(new Command.SetTimer(run.ordinal(), at));
        return true;
    }

    /// Tells the flow control around a task run that it has ended.
    private void childEnded(TaskRun run) {
        int owner = run.parent();
        if (owner != TaskRun.NONE && t.state().find(owner) == null) {
            return;
        }
        var cursor = t.cursor(owner);
        var task = t.plan.find(run.taskId());
        boolean last = Loops.isLast(task, run) && !steps.isExiting();
        var outcome =
                last ? State.SUCCESS : Loops.counted(task, run.state(), t.execution().killed());
        if (task != null && task.stage() != cursor.stage()) {
            return; // the flow control has moved on without it
        }
        if (task != null && Rollouts.isOfTarget(task)) {
            steps.rollouts.targetGoesOn(run, task);
            return;
        }
        var counted = Cursors.with(cursor, outcome);
        if (task != null
                && task.isIterated()
                && !last
                && !inParallel(task)
                && task.next() != null
                && (outcome == run.state() || run.state().isGood())
                && !steps.isBlocked(counted)) {
            t.put(owner, counted);
            t.create(task.next(), owner, run.iteration(), run.value());
            return;
        }
        t.put(owner, Cursors.ended(counted));
        if (task != null
                && task.isIterated()
                && !task.isBetweenWaves()
                && task.parent() != null
                && task.parent().definition() instanceof Task.Loop loop) {
            steps.loops.iterationEnded(owner, loop, run);
        }
        t.look(owner);
    }

    /// Whether all tasks of all values run side by side.
    private static boolean inParallel(FlowTask child) {
        return child.parent() != null && child.parent().definition() instanceof Task.EachParallel;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    State endOf(int owner) {
        var execution = t.execution();
        var exit = execution.cursor().exit();
        if (exit != null && (owner == TaskRun.NONE || exit != State.RETRIED)) {
            return exit;
        }
        if (execution.killed()) {
            return State.KILLED;
        }
        var cursor = t.cursor(owner);
        if (cursor.exit() != null) {
            return cursor.exit();
        }
        var end = Cursors.worst(cursor.outcome(), cursor.after());
        boolean forgiving =
                owner != TaskRun.NONE
                        && t.task(t.run(owner)).definition() instanceof Task.AllowFailure;
        return forgiving && end == State.FAILED ? State.WARNING : end;
    }
}
