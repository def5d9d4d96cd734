// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

import io.millrace.expressions.Encrypted;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.expressions.Truthiness;
import io.millrace.model.Flow.Check;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a flow checks before an execution of it is created.
public final class Checks {
    private Checks() {}

    /// Those that don't hold; one that can't be told doesn't.
    ///
    /// @param typed inputs; a check can't read secrets among them
    /// @param context what else the conditions see
    public static List<Check> failed(
            List<Check> checks,
            Map<String, @Nullable Object> typed,
            Expressions expressions,
            RenderContext context) {
        if (checks.isEmpty()) {
            return List.of();
        }
        var variables = new HashMap<String, @Nullable Object>(context.variables());
        variables.put("inputs", Encrypted.masked(typed));
        var seen =
                context.withVariables(variables).withFunctions(new NoSecrets(context.functions()));
        return checks.stream().filter(check -> !holds(check, expressions, seen)).toList();
    }

    private static boolean holds(Check check, Expressions expressions, RenderContext seen) {
        try {
            return Truthiness.isTruthy(expressions.render(check.condition(), seen));
        } catch (ExpressionException _) {
            return false;
        }
    }

    /// What is to be done; the most restrictive of all counts.
    public static Check.Behavior behavior(List<Check> failed) {
        return failed.stream()
                .map(Check::behavior)
                .max(Comparator.naturalOrder())
                .orElse(Check.Behavior.CREATE_EXECUTION);
    }

    /// @param done what became of the execution, such as `blocked`
    public static String message(String done, List<Check> failed) {
        return "Flow execution %s: one or more condition checks evaluated to false.\nFailed checks: %s"
                .formatted(
                        done,
                        failed.stream().map(Check::message).collect(Collectors.joining(", ")));
    }
}
