// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.RenderContext;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What conditions look at.
///
/// @param variables what templates see
/// @param execution the execution in question, if there is one
/// @param functions what templates may ask
public record ConditionContext(
        Map<String, ?> variables,
        @Nullable ObservedExecution execution,
        ExpressionFunctions functions) {

    /// @param dates what templates see as `trigger`, and as `schedule`: `date` and its neighbours
    /// @param flow what templates see of the flow, by name
    public static ConditionContext ofDate(
            Map<String, ZonedDateTime> dates, Map<String, ?> flow, ExpressionFunctions functions) {
        var variables = new HashMap<String, Object>(flow);
        variables.put("trigger", dates);
        variables.put("schedule", dates);
        return new ConditionContext(variables, null, functions);
    }

    public static ConditionContext ofExecution(ObservedExecution execution) {
        return new ConditionContext(execution.variables(), execution, ExpressionFunctions.NONE);
    }

    public ConditionContext withFunctions(ExpressionFunctions functions) {
        return new ConditionContext(variables, execution, functions);
    }

    /// What templates see.
    public RenderContext seen() {
        return RenderContext.of(variables).withFunctions(functions);
    }
}
