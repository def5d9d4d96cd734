// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the lanes and queues stand: `GET /internal/installation` of the execution-service.
///
/// @param instances of the execution-service that live
/// @param queues those that are there, with what waits in them
public record Installation(List<Instance> instances, List<Lane> lanes, List<Queue> queues) {

    /// @param lagMs how long the slowest event waited for its commit, since the last sign of life,
    ///   in milliseconds
    /// @param waiting events that have arrived and wait for their turn
    public record Instance(
            String id,
            @Nullable String host,
            @Nullable String version,
            Instant startedAt,
            int lanes,
            int waiting,
            long lagMs) {}

    /// @param instance that holds it; absent: nobody does, for the moment
    /// @param waiting events in its queue
    public record Lane(int lane, @Nullable String instance, long waiting) {}

    /// @param purpose what it is for, such as `jobs`; see [Purpose]
    /// @param group of workers, of a queue of jobs
    /// @param tenant of a queue of jobs
    public record Queue(
            String name,
            Purpose purpose,
            @Nullable String group,
            @Nullable String tenant,
            long waiting,
            int consumers) {}

    public enum Purpose {
        JOBS,
        LOGS,
        TRIGGERS,
        AUDIT,
        /// Messages that failed again and again, put aside for somebody to look at.
        DEAD
    }
}
