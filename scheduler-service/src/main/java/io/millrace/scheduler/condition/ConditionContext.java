// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.RenderContext;
import java.time.ZonedDateTime;
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

    /// @param flow what templates see as `flow`
    public static ConditionContext ofDate(
            ZonedDateTime date, Map<String, ?> flow, ExpressionFunctions functions) {
        return new ConditionContext(
                Map.of("trigger", Map.of("date", date), "flow", flow), null, functions);
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
