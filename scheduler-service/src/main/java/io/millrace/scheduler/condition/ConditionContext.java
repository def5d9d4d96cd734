// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import java.time.ZonedDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What conditions look at.
///
/// @param variables what templates see
/// @param execution the execution in question, if there is one
public record ConditionContext(Map<String, ?> variables, @Nullable ObservedExecution execution) {

    /// @param flow what templates see as `flow`
    public static ConditionContext ofDate(ZonedDateTime date, Map<String, ?> flow) {
        return new ConditionContext(Map.of("trigger", Map.of("date", date), "flow", flow), null);
    }

    public static ConditionContext ofExecution(ObservedExecution execution) {
        return new ConditionContext(execution.variables(), execution);
    }
}
