// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.Task;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something to do, once the state that implies it is committed.
public sealed interface Command {

    /// Send a job to the workers. [Job#of(FlowPlan, ExecutionState, DispatchTask)] says what is in
    /// it.
    ///
    /// @param taskRun ordinal, or [TaskRun#NONE] for a job of the execution itself
    /// @param again whether the same dispatch may have been sent before: it is claimed before it
    ///   starts
    record DispatchTask(int taskRun, int dispatch, boolean again) implements Command {}

    /// Start a child execution. The id is derived, so that doing it twice starts one.
    ///
    /// @param revision absent for the newest
    /// @param inputs as the task gives them, not typed yet
    /// @param outputs for [Parent#outputs()]
    record StartChild(
            int taskRun,
            int dispatch,
            String childId,
            String namespace,
            String flowId,
            @Nullable Integer revision,
            Map<String, @Nullable Object> inputs,
            Map<String, String> labels,
            Trigger trigger,
            boolean waits,
            @Nullable Instant scheduleDate,
            Map<String, @Nullable Object> outputs)
            implements Command {}

    record KillChild(String childId) implements Command {}

    /// Start an execution of the same flow that takes over from this one.
    record StartRetry(
            String executionId,
            Map<String, @Nullable Object> inputs,
            Map<String, String> labels,
            @Nullable Trigger trigger,
            @Nullable Parent parent,
            String originalId,
            int attempt,
            Instant scheduleDate)
            implements Command {}

    /// Tell the worker to stop; nothing waits for dispatches up to this one.
    record CancelTaskRun(int taskRun, int dispatch) implements Command {}

    /// Send [ExecutionEvent.TimerDue] at that time. It replaces the timer of the same task run.
    ///
    /// @param taskRun ordinal, or [TaskRun#NONE] for the execution itself
    record SetTimer(int taskRun, Instant at) implements Command {}

    record DropTimer(int taskRun) implements Command {}

    /// Answer with [ExecutionEvent.SlotGranted] or [ExecutionEvent.SlotDenied].
    ///
    /// @param limit how many executions of the flow may hold one
    record RequestSlot(int limit) implements Command {}

    /// Another execution of the flow may have the slot.
    record FreeSlot() implements Command {}

    /// Answer with [ExecutionEvent.LockGranted] or [ExecutionEvent.LockDenied].
    ///
    /// @param taskRun the task run that waits for it
    /// @param target whose lock it is; asked for again by whoever has it, it is granted again
    record RequestLock(int taskRun, Target target, Task.Loop.LockScope scope) implements Command {}

    /// Somebody else may have the lock, if this iteration had it or waited for it.
    record FreeLock(Target target, Task.Loop.LockScope scope) implements Command {}

    /// A target, within one iteration of a rollout.
    ///
    /// @param rollout ordinal of the rollout's task run
    record Target(int rollout, int iteration, String name) {}

    /// The execution is in this state now.
    ///
    /// @param passed states that it was in since it was announced last
    record Announce(State state, List<StateChange> passed) implements Command {
        public Announce {
            passed = List.copyOf(passed);
        }

        public Announce(State state) {
            this(state, List.of());
        }
    }

    /// Tell the parent that its child exists.
    record NotifyParentStarted(Parent parent) implements Command {}

    /// @param error why the outputs that the parent asked for can't be rendered, if they can't
    record NotifyParentEnded(
            Parent parent,
            State state,
            Map<String, @Nullable Object> outputs,
            @Nullable String error)
            implements Command {}

    record WriteLog(LogEntry entry) implements Command {}

    /// There is more to do than one event may: send [ExecutionEvent.Continued], after what waits.
    record Continue() implements Command {}
}
