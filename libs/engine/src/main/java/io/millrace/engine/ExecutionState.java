// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An execution and its task runs at one moment. Immutable; a change copies a few nodes, however
/// many task runs there are.
public final class ExecutionState {
    private final Execution execution;
    private final PersistentVector<TaskRun> taskRuns;

    /// By parent (place 0: the execution itself), then by place among the parent's children:
    /// ordinals.
    private final PersistentVector<PersistentVector<Integer>> children;

    /// Task runs that have work to do on the lane, left over from an event that had too much.
    private final List<Integer> pending;

    private ExecutionState(
            Execution execution,
            PersistentVector<TaskRun> taskRuns,
            PersistentVector<PersistentVector<Integer>> children,
            List<Integer> pending) {
        this.execution = execution;
        this.taskRuns = taskRuns;
        this.children = children;
        this.pending = pending;
    }

    static ExecutionState of(Execution execution) {
        return new ExecutionState(
                execution, PersistentVector.empty(), PersistentVector.empty(), List.of());
    }

    /// The state that was stored as these rows. Where an execution has not ended, decide
    /// [ExecutionEvent.Recovered] next: rows do not tell of work that a lane had left over.
    public static ExecutionState restore(
            FlowPlan plan, Execution execution, Collection<TaskRun> taskRuns) {
        var state = of(execution);
        for (var taskRun : taskRuns) {
            state = state.with(plan, taskRun);
        }
        return state;
    }

    public Execution execution() {
        return execution;
    }

    /// All task runs, by ordinal.
    public List<TaskRun> taskRuns() {
        var all = new ArrayList<TaskRun>(taskRuns.length());
        taskRuns.forEach(all::add);
        return all;
    }

    /// The task run of this ordinal, or nothing.
    public @Nullable TaskRun find(int ordinal) {
        return taskRuns.get(ordinal);
    }

    /// The task run of this ordinal, which is known to exist.
    public TaskRun taskRun(int ordinal) {
        var taskRun = taskRuns.get(ordinal);
        if (taskRun == null) {
            throw new IllegalArgumentException(
                    "Expected a task run "
                            + ordinal
                            + " in execution "
                            + execution.id()
                            + " but there is none");
        }
        return taskRun;
    }

    /// Whether a job or child with this number is what the task run waits for; for [TaskRun#NONE],
    /// the execution itself.
    public boolean awaits(int ordinal, int dispatch) {
        if (ordinal == TaskRun.NONE) {
            return execution.dispatch() == dispatch && execution.rendering();
        }
        var taskRun = taskRuns.get(ordinal);
        if (taskRun == null) {
            return false;
        }
        return switch (taskRun.phase()) {
            case RENDERING, RUNNING, CHILD -> taskRun.dispatch() == dispatch;
            // a directory that is open
            case CHILDREN -> taskRun.dispatch() == dispatch && taskRun.workerId() != null;
            case BATCHES -> batchOf(taskRun, dispatch) >= 0;
            case READY, LOCKING, HALTED, PAUSED, DELAY, OVER -> false;
        };
    }

    /// Number of the batch that waits for a job or child of this number, or -1.
    static int batchOf(TaskRun taskRun, int dispatch) {
        var batches = taskRun.batches();
        if (batches == null || taskRun.phase() != Phase.BATCHES) {
            return -1;
        }
        int batch = dispatch - batches.base();
        return batches.isOpen(batch) ? batch : -1;
    }

    /// The task run of a task in its parent's iteration, or nothing.
    @Nullable TaskRun child(FlowTask task, int parent, int iteration) {
        var ordinals = children.get(parent + 1);
        var ordinal = ordinals == null ? null : ordinals.get(task.placeIn(iteration));
        return ordinal == null ? null : taskRuns.get(ordinal);
    }

    /// Ordinals of the children of a flowable, in no order that matters.
    List<Integer> childrenOf(int parent) {
        var found = new ArrayList<Integer>();
        var ordinals = children.get(parent + 1);
        if (ordinals != null) {
            ordinals.forEach(found::add);
        }
        return found;
    }

    List<Integer> pending() {
        return pending;
    }

    ExecutionState with(Execution changed) {
        return new ExecutionState(changed, taskRuns, children, pending);
    }

    ExecutionState withPending(List<Integer> left) {
        return new ExecutionState(execution, taskRuns, children, List.copyOf(left));
    }

    ExecutionState with(FlowPlan plan, TaskRun taskRun) {
        var runs = taskRuns.with(taskRun.ordinal(), taskRun);
        if (taskRuns.get(taskRun.ordinal()) != null) {
            return new ExecutionState(execution, runs, children, pending);
        }
        var task = plan.find(taskRun.taskId());
        return new ExecutionState(
                execution,
                runs,
                task == null ? children : placed(task, taskRun, taskRun.ordinal()),
                pending);
    }

    ExecutionState without(FlowPlan plan, TaskRun taskRun) {
        var task = plan.find(taskRun.taskId());
        return new ExecutionState(
                execution,
                taskRuns.with(taskRun.ordinal(), null),
                task == null ? children : placed(task, taskRun, null),
                pending);
    }

    private PersistentVector<PersistentVector<Integer>> placed(
            FlowTask task, TaskRun taskRun, @Nullable Integer ordinal) {
        var siblings = children.get(taskRun.parent() + 1);
        if (siblings == null) {
            siblings = PersistentVector.empty();
        }
        return children.with(
                taskRun.parent() + 1, siblings.with(task.placeIn(taskRun.iteration()), ordinal));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof ExecutionState state
                        && execution.equals(state.execution)
                        && taskRuns().equals(state.taskRuns()));
    }

    @Override
    public int hashCode() {
        return execution.hashCode();
    }

    @Override
    public String toString() {
        return execution.id() + " " + execution.history() + " " + taskRuns.length();
    }
}
