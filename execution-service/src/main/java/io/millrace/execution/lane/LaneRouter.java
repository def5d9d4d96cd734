// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LaneEvent;
import io.millrace.platform.broker.OutgoingMessage;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Takes events to the lanes of their executions.
public interface LaneRouter {

    /// Hands an event over in memory if this instance holds the lane; else returns the message that
    /// does it. For what follows from committed state and is derived from it again if it gets lost.
    default Optional<OutgoingMessage> route(String executionId, LaneEvent event) {
        return route(executionId, event, null);
    }

    /// @param traceparent W3C trace context of what the event comes from, if that is known
    Optional<OutgoingMessage> route(
            String executionId, LaneEvent event, @Nullable String traceparent);

    /// Like [#route], with the message sent and confirmed.
    default void send(String executionId, LaneEvent event) {
        send(executionId, event, null);
    }

    /// @param traceparent W3C trace context of what the event comes from, if that is known
    void send(String executionId, LaneEvent event, @Nullable String traceparent);

    /// Sends an event and waits for what comes of it.
    ///
    /// @return ends after the commit; exceptionally with a [LaneUnavailableException] if no answer
    ///   came
    CompletableFuture<LaneAnswer> ask(String executionId, LaneEvent event);

    /// Like [#ask(String, LaneEvent)], for what isn't of the present request's trace.
    ///
    /// @param traceparent W3C trace context, if that is known
    CompletableFuture<LaneAnswer> ask(
            String executionId, LaneEvent event, @Nullable String traceparent);

    /// Ends when what lies in the queues of these executions' lanes now is committed, such as
    /// results that workers have sent; exceptionally if that isn't known in time.
    CompletableFuture<Void> passed(Collection<String> executionIds);
}
