// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that can change one execution, sent to that execution's lane.
///
/// Ids of task runs are ordinals within the execution; `dispatch` is the number that the job bore.
/// An event whose dispatch is not the one that the task run awaits changes nothing.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LaneEvent.ExecutionRequested.class, name = "execution-requested"),
    @JsonSubTypes.Type(value = LaneEvent.TaskStarted.class, name = "task-started"),
    @JsonSubTypes.Type(value = LaneEvent.TaskEnded.class, name = "task-ended"),
    @JsonSubTypes.Type(value = LaneEvent.TaskLost.class, name = "task-lost"),
    @JsonSubTypes.Type(value = LaneEvent.TriggerFired.class, name = "trigger-fired"),
    @JsonSubTypes.Type(value = LaneEvent.ChildStarted.class, name = "child-started"),
    @JsonSubTypes.Type(value = LaneEvent.ChildEnded.class, name = "child-ended"),
    @JsonSubTypes.Type(value = LaneEvent.KillRequested.class, name = "kill-requested"),
    @JsonSubTypes.Type(value = LaneEvent.PauseRequested.class, name = "pause-requested"),
    @JsonSubTypes.Type(value = LaneEvent.ResumeRequested.class, name = "resume-requested"),
    @JsonSubTypes.Type(value = LaneEvent.DecisionMade.class, name = "decision-made"),
    @JsonSubTypes.Type(value = LaneEvent.BreakpointLifted.class, name = "breakpoint-lifted"),
    @JsonSubTypes.Type(value = LaneEvent.RestartRequested.class, name = "restart-requested"),
    @JsonSubTypes.Type(value = LaneEvent.ForceRunRequested.class, name = "force-run-requested"),
    @JsonSubTypes.Type(value = LaneEvent.UnqueueRequested.class, name = "unqueue-requested"),
    @JsonSubTypes.Type(value = LaneEvent.TaskRunStateSet.class, name = "task-run-state-set"),
    @JsonSubTypes.Type(value = LaneEvent.StateSet.class, name = "state-set"),
    @JsonSubTypes.Type(value = LaneEvent.LabelsSet.class, name = "labels-set"),
    @JsonSubTypes.Type(value = LaneEvent.SlotGranted.class, name = "slot-granted"),
    @JsonSubTypes.Type(value = LaneEvent.SlotDenied.class, name = "slot-denied"),
    @JsonSubTypes.Type(value = LaneEvent.LockGranted.class, name = "lock-granted"),
    @JsonSubTypes.Type(value = LaneEvent.LockDenied.class, name = "lock-denied"),
    @JsonSubTypes.Type(value = LaneEvent.Passed.class, name = "passed"),
})
public sealed interface LaneEvent {

    /// Start an execution. The id is the sender's choice; a second request with the same id is the
    /// same execution and changes nothing.
    ///
    /// @param revision a concrete revision of the flow
    /// @param inputs resolved and typed inputs
    /// @param labels labels to set, before the flow's own are merged in
    /// @param trigger what started it, as expressions see it, or absent if a person did
    /// @param parent the task run that waits for it, or that started it without waiting
    /// @param replay the execution of which it is a replay
    /// @param scheduleDate not to be started before
    /// @param retry the chain of retries that it goes on with, if it is one
    /// @param failure why it can't run: then it ends as `FAILED` at once, with this in its log
    /// @param test that a test runs it, and how; absent for all others
    /// @param breakpoints tasks that it stops before: `id`, or `id.value` for one iteration of a
    ///   loop; absent for none
    record ExecutionRequested(
            String tenant,
            String namespace,
            String flowId,
            int revision,
            Map<String, @Nullable Object> inputs,
            List<Label> labels,
            @Nullable Trigger trigger,
            @Nullable Parent parent,
            @Nullable Replay replay,
            @Nullable Instant scheduleDate,
            String startedBy,
            @Nullable Retry retry,
            @Nullable String failure,
            @Nullable TestRun test,
            @Nullable List<String> breakpoints)
            implements LaneEvent {

        /// Of what every one has; the rest is added.
        public static Builder of(
                String tenant, String namespace, String flowId, int revision, String startedBy) {
            return new Builder(tenant, namespace, flowId, revision, startedBy);
        }

        /// Says what not every one has.
        public static final class Builder {
            private final String tenant;
            private final String namespace;
            private final String flowId;
            private final int revision;
            private final String startedBy;
            private Map<String, @Nullable Object> inputs = Map.of();
            private List<Label> labels = List.of();
            private @Nullable Trigger trigger;
            private @Nullable Parent parent;
            private @Nullable Replay replay;
            private @Nullable Instant scheduleDate;
            private @Nullable Retry retry;
            private @Nullable String failure;
            private @Nullable TestRun test;
            private @Nullable List<String> breakpoints;

            private Builder(
                    String tenant,
                    String namespace,
                    String flowId,
                    int revision,
                    String startedBy) {
                this.tenant = tenant;
                this.namespace = namespace;
                this.flowId = flowId;
                this.revision = revision;
                this.startedBy = startedBy;
            }

            public Builder inputs(Map<String, @Nullable Object> inputs) {
                this.inputs = inputs;
                return this;
            }

            public Builder labels(List<Label> labels) {
                this.labels = labels;
                return this;
            }

            public Builder trigger(@Nullable Trigger trigger) {
                this.trigger = trigger;
                return this;
            }

            public Builder parent(@Nullable Parent parent) {
                this.parent = parent;
                return this;
            }

            public Builder replay(@Nullable Replay replay) {
                this.replay = replay;
                return this;
            }

            public Builder scheduleDate(@Nullable Instant scheduleDate) {
                this.scheduleDate = scheduleDate;
                return this;
            }

            public Builder retry(@Nullable Retry retry) {
                this.retry = retry;
                return this;
            }

            public Builder failure(@Nullable String failure) {
                this.failure = failure;
                return this;
            }

            public Builder test(@Nullable TestRun test) {
                this.test = test;
                return this;
            }

            public Builder breakpoints(List<String> breakpoints) {
                this.breakpoints = breakpoints.isEmpty() ? null : breakpoints;
                return this;
            }

            public ExecutionRequested build() {
                return new ExecutionRequested(
                        tenant,
                        namespace,
                        flowId,
                        revision,
                        inputs,
                        labels,
                        trigger,
                        parent,
                        replay,
                        scheduleDate,
                        startedBy,
                        retry,
                        failure,
                        test,
                        breakpoints);
            }
        }
    }

    /// @param workerId the worker that runs it; from now on its heartbeats carry it
    record TaskStarted(int taskRun, int dispatch, String workerId, Instant at)
            implements LaneEvent {}

    /// A worker has ended a task, or none is there to run it.
    ///
    /// @param state `SUCCESS`, `WARNING`, `FAILED`, `KILLED`, `CANCELLED` or `SKIPPED`
    /// @param outputs masked outputs; at most 256 KiB inline, else `outputsUri` is there
    /// @param error what to tell the user, masked, if it failed
    /// @param logs lines that have not gone out through the log exchange, in order
    /// @param logFile where the log lies if the task says `logToFile`
    record TaskEnded(
            int taskRun,
            int dispatch,
            String state,
            Map<String, @Nullable Object> outputs,
            @Nullable String outputsUri,
            @Nullable String error,
            List<LogLine> logs,
            List<Metric> metrics,
            Instant startedAt,
            Instant endedAt,
            String workerId,
            @Nullable String logFile)
            implements LaneEvent {

        public TaskEnded(
                int taskRun,
                int dispatch,
                String state,
                Map<String, @Nullable Object> outputs,
                @Nullable String outputsUri,
                @Nullable String error,
                List<LogLine> logs,
                List<Metric> metrics,
                Instant startedAt,
                Instant endedAt,
                String workerId) {
            this(
                    taskRun,
                    dispatch,
                    state,
                    outputs,
                    outputsUri,
                    error,
                    logs,
                    metrics,
                    startedAt,
                    endedAt,
                    workerId,
                    null);
        }
    }

    /// The worker that ran it is silent, or has handed it back. It is dispatched anew.
    record TaskLost(int taskRun, int dispatch, String reason) implements LaneEvent {}

    /// A trigger that listens on a worker has heard something. Goes to the scheduler, not to a
    /// lane.
    ///
    /// @param id the same for what is heard twice
    /// @param outputs what the execution that it starts sees as `trigger`
    record TriggerFired(String id, Map<String, @Nullable Object> outputs, Instant at)
            implements LaneEvent {}

    /// The child execution exists.
    record ChildStarted(int taskRun, int dispatch, String childId) implements LaneEvent {}

    /// A child ended, or could not be started (then `childId` is absent and `error` says why).
    record ChildEnded(
            int taskRun,
            int dispatch,
            @Nullable String childId,
            String state,
            Map<String, @Nullable Object> outputs,
            @Nullable String error)
            implements LaneEvent {}

    /// @param cascade whether subflows are killed, too
    record KillRequested(String by, boolean cascade) implements LaneEvent {}

    record PauseRequested(String by) implements LaneEvent {}

    /// @param taskRun the paused task run, or absent for the first that is paused
    record ResumeRequested(
            @Nullable Integer taskRun, Map<String, @Nullable Object> inputs, String by)
            implements LaneEvent {}

    /// Somebody has approved or denied what a task run waits for.
    ///
    /// @param decision `APPROVED` or `DENIED`
    /// @param inputs validated inputs for it
    record DecisionMade(
            int taskRun,
            String decision,
            @Nullable String comment,
            Map<String, @Nullable Object> inputs,
            String by)
            implements LaneEvent {}

    /// Go on from the breakpoint that it has come to.
    ///
    /// @param breakpoints those at which it stops from now on; absent for none
    record BreakpointLifted(@Nullable List<String> breakpoints, String by) implements LaneEvent {}

    /// Run again from the failed task runs, with the same revision of the flow.
    record RestartRequested(String by) implements LaneEvent {}

    record ForceRunRequested(String by) implements LaneEvent {}

    record UnqueueRequested(String state, String by) implements LaneEvent {}

    /// Set the state of one task run of an ended execution and go on from there.
    record TaskRunStateSet(int taskRun, String state, String by) implements LaneEvent {}

    /// Set the terminal state of an ended execution.
    record StateSet(String state, String by) implements LaneEvent {}

    record LabelsSet(List<Label> labels, String by) implements LaneEvent {}

    /// Changes nothing. Its answer says that all that was in the lane's queue before it has passed,
    /// and what came of it is committed.
    record Passed() implements LaneEvent {}

    /// The flow's concurrency limit leaves room for this execution.
    record SlotGranted() implements LaneEvent {}

    /// The flow's concurrency limit is reached; the flow says what follows.
    record SlotDenied() implements LaneEvent {}

    /// The target that this task run waits for is its own now.
    record LockGranted(int taskRun) implements LaneEvent {}

    /// @param holder id of the execution that works on the target
    record LockDenied(int taskRun, String holder) implements LaneEvent {}

    record Label(String key, String value) {}

    /// @param variables what expressions see as `trigger`
    record Trigger(String id, String type, Map<String, @Nullable Object> variables) {}

    /// @param waits whether the parent's task run waits for the end
    /// @param outputs templates that the child renders when it has ended, in place of its own
    ///   outputs; absent for its own
    record Parent(
            String executionId,
            int taskRun,
            int dispatch,
            boolean waits,
            @Nullable Map<String, @Nullable Object> outputs) {

        public Parent(String executionId, int taskRun, int dispatch, boolean waits) {
            this(executionId, taskRun, dispatch, waits, null);
        }
    }

    /// @param taskRun the task run of the original from which to start, or absent for the beginning
    /// @param restart whether it goes on with what did not end well in the original
    record Replay(String executionId, @Nullable Integer taskRun, @Nullable Boolean restart) {
        public Replay(String executionId, @Nullable Integer taskRun) {
            this(executionId, taskRun, null);
        }
    }

    /// @param originalId first execution of the chain
    /// @param attempt one more than that of the execution that it retries
    record Retry(String originalId, int attempt) {}

    /// @param mocks how tasks end in place of being run, by task id, or by `id[value]` for the
    ///   iterations of a loop with a value
    record TestRun(Map<String, Mock> mocks) {}

    /// @param state a terminal one
    record Mock(String state, Map<String, @Nullable Object> outputs) {}

    /// A measurement of a task. `kind` is `counter` or `timer` (seconds).
    record Metric(String name, String kind, double value, Map<String, String> tags) {}
}
