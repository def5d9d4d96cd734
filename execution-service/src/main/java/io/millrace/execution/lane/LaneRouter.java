// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LaneEvent;
import io.millrace.platform.broker.OutgoingMessage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Takes events to the lanes of their executions.
public interface LaneRouter {

    /// Hands an event over in memory if this instance holds the lane; else returns the message that
    /// does it. For what follows from committed state and is derived from it again if it gets lost.
    Optional<OutgoingMessage> route(String executionId, LaneEvent event);

    /// Like [#route], with the message sent and confirmed.
    void send(String executionId, LaneEvent event);

    /// Sends an event and waits for what comes of it.
    ///
    /// @return ends after the commit; exceptionally with a [LaneUnavailableException] if no answer
    ///   came
    CompletableFuture<LaneAnswer> ask(String executionId, LaneEvent event);
}
