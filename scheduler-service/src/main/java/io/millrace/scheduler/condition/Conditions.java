// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import io.millrace.expressions.Expressions;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Reads conditions as flows have them: `type` and its properties.
@Component
public class Conditions {
    private static final String PREFIX = "io.kestra.plugin.core.condition.";
    private static final String OLD_PREFIX = "io.kestra.core.models.conditions.types.";
    private static final String OLD_SUFFIX = "Condition";

    private static final Map<String, Function<Properties, Condition>> TYPES =
            Map.ofEntries(
                    Map.entry("DateTimeBetween", DateConditions::dateTimeBetween),
                    Map.entry("TimeBetween", DateConditions::timeBetween),
                    Map.entry("DayWeek", DateConditions::dayWeek),
                    Map.entry("DayWeekInMonth", DateConditions::dayWeekInMonth),
                    Map.entry("Weekend", DateConditions::weekend),
                    Map.entry("PublicHoliday", DateConditions::publicHoliday),
                    Map.entry("ExecutionFlow", ExecutionConditions::executionFlow),
                    Map.entry("ExecutionNamespace", ExecutionConditions::executionNamespace),
                    Map.entry("ExecutionLabels", ExecutionConditions::executionLabels),
                    Map.entry("ExecutionStatus", ExecutionConditions::executionStatus),
                    Map.entry("ExecutionOutputs", ExecutionConditions::executionOutputs),
                    Map.entry("Expression", ExecutionConditions::expression),
                    Map.entry("Variable", ExecutionConditions::expression),
                    Map.entry("HasRetryAttempt", ExecutionConditions::hasRetryAttempt),
                    Map.entry("Flow", ExecutionConditions::flow),
                    Map.entry("FlowNamespace", ExecutionConditions::flowNamespace));

    private final Expressions expressions;

    public Conditions(Expressions expressions) {
        this.expressions = expressions;
    }

    /// The condition that an expression is truthy.
    public static Map<String, @Nullable Object> expression(String expression) {
        return Map.of("type", PREFIX + "Expression", "expression", expression);
    }

    /// All of them.
    ///
    /// @throws IllegalArgumentException if one is unknown or lacks a property
    public Condition all(List<Map<String, @Nullable Object>> conditions) {
        var read = conditions.stream().map(this::read).toList();
        return context -> read.stream().allMatch(condition -> condition.holds(context));
    }

    /// @throws IllegalArgumentException if it is unknown or lacks a property
    public Condition read(Map<String, @Nullable Object> condition) {
        if (!(condition.get("type") instanceof String type)) {
            throw new IllegalArgumentException("Expected a condition with a type");
        }
        var name = nameOf(type);
        var properties = new Properties(expressions, type, condition);
        return switch (name) {
            case "Not" -> none(properties);
            case "Or" -> any(properties);
            case "Multiple" -> together(properties);
            default -> {
                var known = TYPES.get(name);
                if (known == null) {
                    throw new IllegalArgumentException("Unknown condition type '" + type + "'");
                }
                yield known.apply(properties);
            }
        };
    }

    private Condition none(Properties properties) {
        var nested = properties.nested("conditions").stream().map(this::read).toList();
        return context -> nested.stream().noneMatch(condition -> condition.holds(context));
    }

    private Condition any(Properties properties) {
        var nested = properties.nested("conditions").stream().map(this::read).toList();
        return context -> nested.stream().anyMatch(condition -> condition.holds(context));
    }

    /// A `MultipleCondition` where nothing is remembered: one execution has to fulfil all of it.
    private Condition together(Properties properties) {
        var named = properties.named("conditions").stream().map(this::read).toList();
        return context -> named.stream().allMatch(condition -> condition.holds(context));
    }

    /// The simple name without the suffix that older names have.
    private static String nameOf(String type) {
        for (var prefix : List.of(PREFIX, OLD_PREFIX)) {
            if (type.startsWith(prefix)) {
                var name = type.substring(prefix.length());
                return name.endsWith(OLD_SUFFIX)
                        ? name.substring(0, name.length() - OLD_SUFFIX.length())
                        : name;
            }
        }
        return "";
    }
}
