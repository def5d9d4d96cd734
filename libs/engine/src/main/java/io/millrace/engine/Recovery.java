// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.Task;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Derives again from the state what was, or may not have been, told to others.
final class Recovery {
    private Recovery() {}

    /// @param silentSince what was told after it isn't told again
    static Decision recover(Transition t, Instant silentSince) {
        var execution = t.execution();
        var evaluation = new Evaluation(t);
        var steps = new Steps(t);
        boolean silent = !execution.history().changedAt().isAfter(silentSince);
        if (execution.state().isTerminal()) {
            if (silent) {
                steps.course.tellOfEnd();
                t.command(new Command.Announce(execution.state()));
            }
        } else if (silent && execution.parent() != null) {
            evaluation.tellParent(execution.parent());
        }
        if (Engine.isOver(execution)) {
            return t.decision();
        }
        if (execution.wakeAt() != null && !execution.state().isTerminal()) {
            t.command(new Command.SetTimer(TaskRun.NONE, execution.wakeAt()));
        }
        var concurrency = t.plan.flow().concurrency();
        if (execution.slot() == Slot.ASKED && silent && concurrency != null) {
            t.command(new Command.RequestSlot(concurrency.limit()));
        }
        if (execution.rendering() && silent) {
            t.command(new Command.DispatchTask(TaskRun.NONE, execution.dispatch(), true));
        }
        for (var run : t.state().taskRuns()) {
            if (!run.isOver()) {
                recover(t, steps, run, silentSince);
            }
        }
        if (execution.state() != State.RESTARTED) {
            steps.lookAtAll();
        } else if (execution.slot() != Slot.ASKED) {
            steps.go();
        }
        return steps.decide();
    }

    private static void recover(Transition t, Steps steps, TaskRun run, Instant silentSince) {
        if (run.wakeAt() != null) {
            t.command(new Command.SetTimer(run.ordinal(), run.wakeAt()));
        }
        if (run.since().isAfter(silentSince)) {
            return;
        }
        switch (run.phase()) {
            case RENDERING, RUNNING -> {
                if (run.state() == State.KILLING) {
                    t.command(new Command.CancelTaskRun(run.ordinal(), run.dispatch()));
                } else if (run.workerId() == null || Directories.isOne(t.task(run).definition())) {
                    t.command(new Command.DispatchTask(run.ordinal(), run.dispatch(), true));
                }
            }
            case CHILD -> {
                if (t.execution().killed()) {
                    t.command(new Command.KillChild(steps.evaluation.childId(run)));
                }
                if (t.task(run).definition() instanceof Task.Subflow subflow) {
                    t.command(steps.evaluation.startChild(run, subflow));
                }
            }
            case BATCHES -> steps.batches.recover(run);
            case LOCKING -> steps.rollouts.requestLock(run);
            case READY, CHILDREN, HALTED, PAUSED, DELAY, OVER -> {
                // the lane's own work, and timers, are looked after for all
            }
        }
    }

    /// The execution was asked for again: its parent may not know that it exists, or has ended; or
    /// the parent was restarted, and has it go on.
    static Decision askedAgain(Transition t, @Nullable Parent asking) {
        var execution = t.execution();
        var parent = execution.parent();
        if (parent == null) {
            return Decision.of(t.state());
        }
        if (asking != null
                && asking.executionId().equals(parent.executionId())
                && asking.taskRun() == parent.taskRun()
                && asking.dispatch() > parent.dispatch()) {
            parent = asking;
            t.put(t.change().parent(parent));
            if (execution.state().isTerminal() && !execution.state().isGood()) {
                t.command(new Command.NotifyParentStarted(asking));
                var decision = Requests.restart(t, "parent");
                if (decision.outcome() instanceof Outcome.Accepted) {
                    return decision;
                }
            }
        }
        new Evaluation(t).tellParent(parent);
        return t.decision();
    }
}
