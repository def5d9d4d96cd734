// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.flowtrigger;

import io.millrace.scheduler.condition.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A trigger that starts executions of its flow because executions of others came to a state.
///
/// @param states in which it hears an execution
/// @param conditions all of which must hold for the execution itself
/// @param preconditions all of which must be met, too
/// @param upstreams a superset of the flows that it can hear
/// @param looksInside whether it reads more of an execution than is told of each: inputs, outputs
///   of tasks, attempts
/// @param onMiss what to do when its window ends without it; absent: nothing
public record FlowTrigger(
        Set<String> states,
        Condition conditions,
        List<Precondition> preconditions,
        Set<Upstream> upstreams,
        boolean looksInside,
        @Nullable Miss onMiss) {
    public static final String TYPE = "io.kestra.plugin.core.trigger.Flow";

    public FlowTrigger {
        states = Set.copyOf(states);
        preconditions = List.copyOf(preconditions);
        upstreams = Set.copyOf(upstreams);
    }

    /// A failed execution, for those who wait for what didn't come.
    ///
    /// @param window at whose ends it is looked whether all was there
    public record Miss(TimeWindow.Daily window, Map<String, String> labels) {
        /// What ended in time is told within this time after it.
        public static final Duration HEARD_WITHIN = Duration.ofSeconds(10);

        public Miss {
            labels = Map.copyOf(labels);
        }

        /// When it is looked at next.
        public Instant next(Instant after) {
            return window.nextEnd(after).plus(HEARD_WITHIN);
        }
    }
}
