// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.util.List;

/// Executions that another service starts at the same moment. `POST /internal/executions` of the
/// execution-service, which answers when all of them are stored, one result for each, in order.
public final class Starts {
    private Starts() {}

    /// @param executionId if it is there already, nothing is started and the answer is what is
    ///   there
    public record Start(String executionId, LaneEvent.ExecutionRequested request) {}

    public record Request(List<Start> starts) {
        public Request {
            starts = List.copyOf(starts);
        }
    }
}
