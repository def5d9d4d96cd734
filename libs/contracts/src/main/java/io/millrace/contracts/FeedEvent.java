// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Executions of one namespace changed and are in `state` now. One message for all of a commit that
/// share tenant, namespace and state.
public record FeedEvent(String tenant, String namespace, String state, List<Change> changes) {

    /// @param outputs the flow's outputs, if it has ended
    /// @param labels labels at that time
    /// @param startedAt when the execution was created, or absent
    /// @param firstFailedTask id of the first task that failed, or absent
    /// @param lastTask id of the task of the last task run, or absent
    /// @param passed states that it was in since the message before, in order, or absent
    public record Change(
            String executionId,
            String flowId,
            int revision,
            Instant at,
            LaneEvent.@Nullable Trigger trigger,
            List<LaneEvent.Label> labels,
            Map<String, @Nullable Object> outputs,
            @Nullable Instant startedAt,
            @Nullable String firstFailedTask,
            @Nullable String lastTask,
            @Nullable List<Passed> passed) {

        public Change(
                String executionId,
                String flowId,
                int revision,
                Instant at,
                LaneEvent.@Nullable Trigger trigger,
                List<LaneEvent.Label> labels,
                Map<String, @Nullable Object> outputs,
                @Nullable Instant startedAt,
                @Nullable String firstFailedTask,
                @Nullable String lastTask) {
            this(
                    executionId,
                    flowId,
                    revision,
                    at,
                    trigger,
                    labels,
                    outputs,
                    startedAt,
                    firstFailedTask,
                    lastTask,
                    null);
        }

        public Change(
                String executionId,
                String flowId,
                int revision,
                Instant at,
                LaneEvent.@Nullable Trigger trigger,
                List<LaneEvent.Label> labels,
                Map<String, @Nullable Object> outputs) {
            this(
                    executionId,
                    flowId,
                    revision,
                    at,
                    trigger,
                    labels,
                    outputs,
                    null,
                    null,
                    null,
                    null);
        }
    }

    /// A state that an execution was in for a moment.
    public record Passed(String state, Instant at) {}
}
