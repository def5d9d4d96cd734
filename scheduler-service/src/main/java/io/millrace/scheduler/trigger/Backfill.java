// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Dates of a schedule that are made up for.
///
/// @param concurrency how many of its executions run at once
/// @param endedAt when all its dates were done, or it was cancelled
record Backfill(
        String id,
        TriggerRow.Key key,
        Instant start,
        Instant end,
        Map<String, @Nullable Object> inputs,
        List<Label> labels,
        int concurrency,
        boolean paused,
        Instant createdAt,
        String createdBy,
        @Nullable Instant endedAt) {
    static final String PENDING = "PENDING";
    static final String RUNNING = "RUNNING";
    static final String EXISTS = "EXISTS";
    static final String CANCELLED = "CANCELLED";

    /// Marks its executions.
    static final String LABEL = "system.backfill";

    record Label(String key, String value) {}

    /// One date.
    ///
    /// @param state [#PENDING], [#RUNNING], [#EXISTS], [#CANCELLED], or that of its execution's end
    record Date(Instant date, String executionId, String state) {}

    /// How far it is: how many of its dates are in each state.
    ///
    /// @param current the first date that isn't done
    record Progress(Map<String, Long> states, @Nullable Instant current) {
        static final Progress NONE = new Progress(Map.of(), null);

        long total() {
            return states.values().stream().mapToLong(Long::longValue).sum();
        }

        long done() {
            return total() - states.getOrDefault(PENDING, 0L) - states.getOrDefault(RUNNING, 0L);
        }
    }
}
