// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import io.millrace.expressions.Truthiness;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Conditions that look at an execution or at the flow; without an execution they don't hold.
final class ExecutionConditions {
    private ExecutionConditions() {}

    static Condition executionFlow(Properties properties) {
        var namespace = properties.text("namespace");
        var flowId = properties.text("flowId");
        return context ->
                context.execution() != null
                        && Properties.render(namespace, context)
                                .equals(context.execution().namespace())
                        && Properties.render(flowId, context).equals(context.execution().flowId());
    }

    private enum Comparison {
        EQUALS,
        PREFIX,
        SUFFIX;

        boolean test(String value, String given) {
            return switch (this) {
                case EQUALS -> value.equals(given);
                case PREFIX -> value.startsWith(given);
                case SUFFIX -> value.endsWith(given);
            };
        }
    }

    static Condition executionNamespace(Properties properties) {
        var namespace = properties.text("namespace");
        var comparison = comparison(properties);
        return context -> {
            var of = context.execution() == null ? null : context.execution().namespace();
            return of != null && comparison.test(of, Properties.render(namespace, context));
        };
    }

    private static Comparison comparison(Properties properties) {
        var written = properties.optionalText("comparison");
        if (written == null) {
            return properties.flag("prefix") ? Comparison.PREFIX : Comparison.EQUALS;
        }
        try {
            return Comparison.valueOf(written.source().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(
                    "comparison: expected EQUALS, PREFIX or SUFFIX but got " + written.source());
        }
    }

    static Condition executionLabels(Properties properties) {
        var wanted = properties.labels("labels");
        return context -> {
            var labels = context.execution() == null ? null : context.execution().labels();
            return labels != null && labels.entrySet().containsAll(wanted.entrySet());
        };
    }

    static Condition executionStatus(Properties properties) {
        var in = properties.texts("in");
        var notIn = properties.texts("notIn");
        return context -> {
            var state = context.execution() == null ? null : context.execution().state();
            return state != null && (in.isEmpty() || in.contains(state)) && !notIn.contains(state);
        };
    }

    static Condition executionOutputs(Properties properties) {
        var expression = properties.text("expression");
        return context -> {
            var outputs = context.execution() == null ? null : context.execution().outputs();
            // the expression isn't looked at without outputs: it may well not render
            return outputs != null
                    && !outputs.isEmpty()
                    && Truthiness.isTruthy(Properties.render(expression, context));
        };
    }

    static Condition expression(Properties properties) {
        var expression = properties.text("expression");
        return context -> Truthiness.isTruthy(Properties.render(expression, context));
    }

    static Condition hasRetryAttempt(Properties properties) {
        var in = properties.texts("in");
        var notIn = properties.texts("notIn");
        return context -> {
            var taskRuns = context.execution() == null ? null : context.execution().taskRuns();
            return taskRuns != null
                    && taskRuns.stream()
                            .map(ObservedExecution.TaskRun::attempts)
                            // one attempt alone is no retry
                            .filter(attempts -> attempts != null && attempts.size() > 1)
                            .flatMap(attempts -> attempts.stream())
                            .anyMatch(state ->
                                    (in.isEmpty() || in.contains(state)) && !notIn.contains(state));
        };
    }

    static Condition flow(Properties properties) {
        var namespace = properties.text("namespace");
        var flowId = properties.text("flowId");
        return context ->
                Properties.render(namespace, context).equals(flow(context, "namespace"))
                        && Properties.render(flowId, context).equals(flow(context, "id"));
    }

    static Condition flowNamespace(Properties properties) {
        var namespace = properties.text("namespace");
        var comparison = comparison(properties);
        return context -> {
            var of = flow(context, "namespace");
            return of != null && comparison.test(of, Properties.render(namespace, context));
        };
    }

    private static @Nullable String flow(ConditionContext context, String property) {
        return context.variables().get("flow") instanceof Map<?, ?> flow
                        && flow.get(property) instanceof String text
                ? text
                : null;
    }
}
