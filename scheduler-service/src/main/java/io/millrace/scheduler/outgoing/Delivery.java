// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one subscriber is told of one event.
///
/// @param eventId `id` of the CloudEvent: the same however often it is sent
/// @param executionId of what it is told; empty if it is a test
/// @param state `PENDING`, `DELIVERED` or `DEAD`
/// @param event the CloudEvent, as JSON
/// @param attempts how often it was sent since it was made or put back
/// @param nextAttemptAt when it is sent next, if it is pending
/// @param status of the last answer, if there was one
/// @param problem why the last attempt failed
@JsonInclude(JsonInclude.Include.NON_NULL)
record Delivery(
        String id,
        String eventId,
        String executionId,
        String state,
        String event,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable Integer status,
        @Nullable String problem,
        Instant createdAt,
        @Nullable Instant endedAt) {}
