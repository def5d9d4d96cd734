// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Somebody who wants to be told of executions of a namespace and those below it.
///
/// @param states of which it is told
/// @param flowId the one flow of which it is told, or absent for all
/// @param secret name of the secret that signs, or absent for no signature
/// @param version grows with each change
record Subscription(
        Key key,
        String url,
        Set<String> states,
        @Nullable String flowId,
        @Nullable String secret,
        String description,
        boolean disabled,
        long version,
        Instant createdAt,
        Instant updatedAt) {
    /// States that an execution can be told of, and of which it is told if nothing is said.
    static final Set<String> ENDS =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED");

    static final Set<String> STATES =
            Set.of(
                    "SUCCESS",
                    "WARNING",
                    "FAILED",
                    "KILLED",
                    "CANCELLED",
                    "SKIPPED",
                    "PAUSED",
                    "QUEUED",
                    "RUNNING",
                    "RESTARTED",
                    "RETRYING",
                    "RETRIED",
                    "KILLING",
                    "BREAKPOINT");

    Subscription {
        states = Set.copyOf(states);
    }

    record Key(String tenant, String namespace, String id) {}

    boolean wants(String flow, String state) {
        return states.contains(state) && (flowId == null || flowId.equals(flow));
    }
}
