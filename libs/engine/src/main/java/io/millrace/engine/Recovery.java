// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Instant;

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
                steps.tellOfEnd();
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
                recover(t, evaluation, run, silentSince);
            }
        }
        if (execution.state() != State.RESTARTED) {
            steps.lookAtAll();
        } else if (execution.slot() != Slot.ASKED) {
            steps.go();
        }
        return steps.decide();
    }

    private static void recover(
            Transition t, Evaluation evaluation, TaskRun run, Instant silentSince) {
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
                } else if (run.workerId() == null) {
                    t.command(new Command.DispatchTask(run.ordinal(), run.dispatch(), true));
                }
            }
            case CHILD -> {
                if (t.execution().killed()) {
                    t.command(new Command.KillChild(evaluation.childId(run)));
                }
                if (t.task(run).definition() instanceof io.millrace.model.Task.Subflow subflow) {
                    t.command(evaluation.startChild(run, subflow));
                }
            }
            case READY, CHILDREN, PAUSED, DELAY, OVER -> {
                // the lane's own work, and timers, are looked after for all
            }
        }
    }

    /// The execution was asked for again: its parent may not know that it exists, or has ended.
    static Decision tellParent(Transition t) {
        var parent = t.execution().parent();
        if (parent == null) {
            return Decision.of(t.state());
        }
        new Evaluation(t).tellParent(parent);
        return t.decision();
    }
}
