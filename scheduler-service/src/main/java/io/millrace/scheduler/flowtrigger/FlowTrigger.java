// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.flowtrigger;

import io.millrace.scheduler.condition.Condition;
import java.util.List;
import java.util.Set;

/// A trigger that starts executions of its flow because executions of others came to a state.
///
/// @param states in which it hears an execution
/// @param conditions all of which must hold for the execution itself
/// @param preconditions all of which must be met, too
/// @param upstreams a superset of the flows that it can hear
/// @param looksInside whether it reads more of an execution than is told of each: inputs, outputs
///   of tasks, attempts
public record FlowTrigger(
        Set<String> states,
        Condition conditions,
        List<Precondition> preconditions,
        Set<Upstream> upstreams,
        boolean looksInside) {
    public static final String TYPE = "io.kestra.plugin.core.trigger.Flow";

    public FlowTrigger {
        states = Set.copyOf(states);
        preconditions = List.copyOf(preconditions);
        upstreams = Set.copyOf(upstreams);
    }
}
