// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What lies in a lane's queue: an event and the execution that it is for.
///
/// @param executionId the execution; its lane is [Topology#laneOf(String)]
/// @param at when the sender saw it
/// @param replyTo instance that waits for the outcome, or absent
/// @param correlationId the waiting call, given back in [LaneReply]
/// @param traceparent W3C trace context, or absent
public record LaneMessage(
        String executionId,
        LaneEvent event,
        Instant at,
        @Nullable String replyTo,
        @Nullable String correlationId,
        @Nullable String traceparent) {

    public static LaneMessage of(String executionId, LaneEvent event, Instant at) {
        return new LaneMessage(executionId, event, at, null, null, null);
    }
}
