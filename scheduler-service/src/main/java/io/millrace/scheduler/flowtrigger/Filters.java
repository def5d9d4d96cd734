// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.flowtrigger;

import io.millrace.expressions.Expressions;
import io.millrace.expressions.Formats;
import io.millrace.expressions.Template;
import io.millrace.expressions.Truthiness;
import io.millrace.scheduler.condition.Condition;
import io.millrace.scheduler.condition.ConditionContext;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Filters of the `where` of preconditions: a field of the execution, or an expression, compared
/// with values.
final class Filters {
    private Filters() {}

    private enum Field {
        FLOW_ID,
        NAMESPACE,
        STATE,
        EXPRESSION
    }

    private enum Comparison {
        EQUAL_TO,
        NOT_EQUAL_TO,
        IN,
        NOT_IN,
        IS_TRUE,
        IS_FALSE,
        STARTS_WITH,
        ENDS_WITH,
        REGEX,
        CONTAINS,
        IS_NULL,
        IS_NOT_NULL
    }

    /// @throws IllegalArgumentException if it is no filter
    static Condition read(Expressions expressions, Map<?, ?> filter) {
        var field = constant(Field.class, "field", filter.get("field"));
        var comparison = constant(Comparison.class, "type", filter.get("type"));
        var value = template(expressions, filter.get("value"));
        var values =
                filter.get("values") instanceof Collection<?> list
                        ? list.stream().map(v -> expressions.compile(String.valueOf(v))).toList()
                        : List.<Template>of();
        return context -> {
            var seen = context.seen();
            var given = value == null ? null : value.render(seen);
            var subject = field == Field.EXPRESSION ? given : fieldOf(field, context);
            return switch (comparison) {
                case EQUAL_TO -> given != null && given.equals(subject);
                case NOT_EQUAL_TO -> given != null && !given.equals(subject);
                case IN -> values.stream().anyMatch(v -> v.render(seen).equals(subject));
                case NOT_IN -> values.stream().noneMatch(v -> v.render(seen).equals(subject));
                case IS_TRUE -> given != null && Truthiness.isTruthy(given);
                case IS_FALSE -> given != null && !Truthiness.isTruthy(given);
                case STARTS_WITH -> subject != null && given != null && subject.startsWith(given);
                case ENDS_WITH -> subject != null && given != null && subject.endsWith(given);
                case REGEX -> subject != null && given != null && Formats.matches(given, subject);
                case CONTAINS -> subject != null && given != null && subject.contains(given);
                case IS_NULL -> subject == null || subject.isEmpty();
                case IS_NOT_NULL -> subject != null && !subject.isEmpty();
            };
        };
    }

    private static @Nullable String fieldOf(Field field, ConditionContext context) {
        var execution = context.execution();
        if (execution == null) {
            return null;
        }
        return switch (field) {
            case FLOW_ID -> execution.flowId();
            case NAMESPACE -> execution.namespace();
            case STATE -> execution.state();
            case EXPRESSION -> null;
        };
    }

    private static @Nullable Template template(Expressions expressions, @Nullable Object value) {
        return value == null ? null : expressions.compile(String.valueOf(value));
    }

    static <E extends Enum<E>> E constant(Class<E> type, String name, @Nullable Object written) {
        try {
            return Enum.valueOf(type, String.valueOf(written).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException(
                    "%s: expected one of %s but got %s"
                            .formatted(name, List.of(type.getEnumConstants()), written));
        }
    }
}
