// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.Task;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that happened. It carries what was observed, never what should follow.
public sealed interface ExecutionEvent {

    /// The execution was asked for once more, under the same id. Its parent, if it has one, is told
    /// again what it may have missed.
    ///
    /// @param parent who asks now; if the number of the sending is a newer one the parent was
    ///   restarted: then the execution goes on from where it failed, if it did
    record RequestedAgain(@Nullable Parent parent) implements ExecutionEvent {
        public RequestedAgain() {
            this(null);
        }
    }

    /// The rest of work that was too much for one event. See [Command.Continue].
    record Continued() implements ExecutionEvent {}

    /// The lane was taken over, or the execution has been silent: commands may have been lost.
    ///
    /// @param silentSince commands that were given after it are not given again. `Instant.MIN`:
    ///   none is, only work of the lane itself goes on
    record Recovered(Instant silentSince) implements ExecutionEvent {}

    record TaskStarted(int taskRun, int dispatch, String workerId, Instant at)
            implements ExecutionEvent {}

    /// A worker has ended a job; `taskRun` is [TaskRun#NONE] for a job of the execution itself.
    record TaskEnded(int taskRun, int dispatch, TaskResult result) implements ExecutionEvent {}

    record TaskLost(int taskRun, int dispatch, String reason) implements ExecutionEvent {}

    record ChildStarted(int taskRun, int dispatch, String childId) implements ExecutionEvent {}

    /// @param childId absent if the child could not be started; then `error` says why
    record ChildEnded(
            int taskRun,
            int dispatch,
            @Nullable String childId,
            State state,
            Map<String, @Nullable Object> outputs,
            @Nullable String error)
            implements ExecutionEvent {}

    /// The time has come that [Command.SetTimer] asked for.
    ///
    /// @param taskRun ordinal, or [TaskRun#NONE] for the execution itself
    record TimerDue(int taskRun) implements ExecutionEvent {}

    /// Something that happened can't be applied, however often it is tried: the execution fails, as
    /// it would wait for ever.
    record Broken(String reason) implements ExecutionEvent {}

    record SlotGranted() implements ExecutionEvent {}

    record SlotDenied() implements ExecutionEvent {}

    /// The lock of the target that this task run waits for is its own.
    record LockGranted(int taskRun) implements ExecutionEvent {}

    /// @param holder id of the execution that has the lock
    record LockDenied(int taskRun, String holder) implements ExecutionEvent {}

    /// @param cascade whether subflows are killed, too
    record KillRequested(String by, boolean cascade) implements ExecutionEvent {}

    record PauseRequested(String by) implements ExecutionEvent {}

    /// @param taskRun the paused task run, or absent for the first that is paused
    /// @param inputs validated inputs for it
    record ResumeRequested(
            @Nullable Integer taskRun, Map<String, @Nullable Object> inputs, String by)
            implements ExecutionEvent {}

    /// Somebody has approved or denied.
    ///
    /// @param taskRun an approval that waits
    /// @param inputs validated inputs for it
    record DecisionMade(
            int taskRun,
            Task.Approval.Decision decision,
            @Nullable String comment,
            Map<String, @Nullable Object> inputs,
            String by)
            implements ExecutionEvent {}

    /// Lets an execution that has come to a breakpoint go on.
    ///
    /// @param breakpoints those at which it stops from now on, as [Execution#breakpoints()]
    record BreakpointLifted(List<String> breakpoints, String by) implements ExecutionEvent {
        public BreakpointLifted {
            breakpoints = List.copyOf(breakpoints);
        }
    }

    /// To be decided with the plan of the revision to go on with.
    record RestartRequested(String by) implements ExecutionEvent {}

    record ForceRunRequested(String by) implements ExecutionEvent {}

    /// @param state state to go on with: `RUNNING`, `CANCELLED` or `FAILED`
    record UnqueueRequested(State state, String by) implements ExecutionEvent {}

    record TaskRunStateSet(int taskRun, State state, String by) implements ExecutionEvent {}

    record StateSet(State state, String by) implements ExecutionEvent {}

    record LabelsSet(Map<String, String> labels, String by) implements ExecutionEvent {}
}
