// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Executions that another service starts at the same moment. `POST /internal/executions` of the
/// execution-service, which answers when all of them are stored, one result for each, in order.
public final class Starts {
    private Starts() {}

    /// @param executionId if it is there already, nothing is started and the answer is what is
    ///   there
    /// @param traceparent W3C trace context of what it comes from, if that is known: what is sent
    ///   together comes from many
    public record Start(
            String executionId,
            LaneEvent.ExecutionRequested request,
            @Nullable String traceparent) {}

    public record Request(List<Start> starts) {
        public Request {
            starts = List.copyOf(starts);
        }
    }
}
