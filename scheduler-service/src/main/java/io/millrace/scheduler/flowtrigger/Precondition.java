// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.flowtrigger;

import io.millrace.scheduler.condition.Condition;
import java.util.Map;

/// Several conditions that must all hold within a window, each perhaps for another execution.
///
/// @param id of its own within the trigger
/// @param conditions by their names, which stay the same while the author doesn't change them
/// @param needed how many of them must hold
/// @param reset whether, once they do, all must hold anew; else each that holds again counts
public record Precondition(
        String id,
        TimeWindow window,
        Map<String, Condition> conditions,
        int needed,
        boolean reset) {
    public Precondition {
        conditions = Map.copyOf(conditions);
    }
}
