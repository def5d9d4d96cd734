// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.flowtest.SuiteRun.AssertionResult;
import io.millrace.flowtest.SuiteRun.RunError;
import io.millrace.model.TestSuite.Assertion;
import io.millrace.model.TestSuite.Operator;
import io.millrace.model.TestSuite.TestCase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Says whether an ended execution is what a test asserts.
///
/// Values are compared as texts, as expressions give them; two that are numbers are compared as
/// numbers, two that are JSON (a list, a map) as JSON.
public final class Assertions {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Expressions expressions;

    public Assertions(Expressions expressions) {
        this.expressions = expressions;
    }

    /// @param reading what expressions read beyond variables, and the clock they see
    public Verdict check(TestCase test, Ended ended, RenderContext reading) {
        var results = new ArrayList<AssertionResult>();
        var errors = new ArrayList<RunError>();
        if (test.assertions().isEmpty()) {
            var state = ended.state().execution().state();
            results.add(
                    new AssertionResult(
                            "in",
                            List.of("SUCCESS", "WARNING"),
                            state.name(),
                            state.isGood(),
                            null,
                            "the execution ends well",
                            null));
        }
        for (var assertion : test.assertions()) {
            var context = reading.withVariables(ended.variables(assertion.taskId()));
            for (var expected : assertion.expected().entrySet()) {
                try {
                    results.add(check(assertion, expected.getKey(), expected.getValue(), context));
                } catch (ExpressionException | IllegalArgumentException e) {
                    errors.add(
                            new RunError(
                                    "`%s` of `%s` can't be evaluated"
                                            .formatted(
                                                    expected.getKey().property(),
                                                    assertion.value()),
                                    e.getMessage()));
                }
            }
        }
        return new Verdict(results, errors);
    }

    private AssertionResult check(
            Assertion assertion,
            Operator operator,
            @Nullable Object written,
            RenderContext context) {
        boolean ofNull = operator == Operator.IS_NULL || operator == Operator.IS_NOT_NULL;
        var actual = value(assertion.value(), context, ofNull);
        var expected = expressions.compileTree(written).render(context);
        boolean holds = holds(operator, actual, expected);
        return new AssertionResult(
                operator.property(),
                shown(expected),
                shown(actual),
                holds,
                assertion.taskId(),
                assertion.description() == null ? assertion.value() : assertion.description(),
                holds ? null : assertion.errorMessage());
    }

    /// @param missingIsNull whether a variable that isn't there counts as null rather than ending
    ///   in an error
    private @Nullable Object value(String source, RenderContext context, boolean missingIsNull) {
        try {
            return expressions.compile(source).evaluate(context);
        } catch (ExpressionException e) {
            if (missingIsNull && String.valueOf(e.getMessage()).startsWith("Unable to find `")) {
                return null;
            }
            throw e;
        }
    }

    static boolean holds(Operator operator, @Nullable Object actual, @Nullable Object expected) {
        return switch (operator) {
            case IS_NULL -> (actual == null) == truth(expected);
            case IS_NOT_NULL -> (actual != null) == truth(expected);
            case EQUAL_TO -> isEqual(actual, expected);
            case NOT_EQUAL_TO -> !isEqual(actual, expected);
            case STARTS_WITH -> text(actual).startsWith(text(expected));
            case ENDS_WITH -> text(actual).endsWith(text(expected));
            case CONTAINS ->
                    actual instanceof Collection<?> all
                            ? all.stream().anyMatch(one -> isEqual(one, expected))
                            : text(actual).contains(text(expected));
            case IN -> list(expected).stream().anyMatch(one -> isEqual(actual, one));
            case NOT_IN -> list(expected).stream().noneMatch(one -> isEqual(actual, one));
            case GREATER_THAN -> compares(actual, expected, c -> c > 0);
            case GREATER_THAN_OR_EQUAL_TO -> compares(actual, expected, c -> c >= 0);
            case LESS_THAN -> compares(actual, expected, c -> c < 0);
            case LESS_THAN_OR_EQUAL_TO -> compares(actual, expected, c -> c <= 0);
        };
    }

    private static boolean truth(@Nullable Object expected) {
        return expected == null || !text(expected).equals("false");
    }

    private static boolean isEqual(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) {
            return one == other;
        }
        var first = text(one);
        var second = text(other);
        if (first.equals(second)) {
            return true;
        }
        var a = parsed(first, BigDecimal::new);
        var b = parsed(second, BigDecimal::new);
        if (a != null && b != null) {
            return a.compareTo(b) == 0;
        }
        var tree = tree(first);
        return tree != null && tree.equals(tree(second));
    }

    /// The text as JSON, if it is a list or a map.
    private static @Nullable JsonNode tree(String text) {
        var stripped = text.strip();
        if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
            return null;
        }
        try {
            return JSON.readTree(stripped);
        } catch (JacksonException e) {
            return null; // a text that only looks like it
        }
    }

    private static boolean compares(
            @Nullable Object actual, @Nullable Object expected, IntPredicate wanted) {
        var one = text(actual);
        var other = text(expected);
        var compared = compared(one, other, BigDecimal::new);
        if (compared == null) {
            compared = compared(one, other, OffsetDateTime::parse);
        }
        if (compared == null) {
            compared = compared(one, other, LocalDate::parse);
        }
        if (compared == null) {
            compared = compared(one, other, Duration::parse);
        }
        if (compared == null) {
            throw new IllegalArgumentException(
                    "Expected two numbers, dates or durations but got `%s` and `%s`"
                            .formatted(one, other));
        }
        return wanted.test(compared);
    }

    private static <T extends Comparable<? super T>> @Nullable Integer compared(
            String one, String other, Function<String, T> parser) {
        var a = parsed(one, parser);
        var b = parsed(other, parser);
        return a == null || b == null ? null : (Integer) a.compareTo(b);
    }

    private static <T> @Nullable T parsed(String text, Function<String, T> parser) {
        try {
            return parser.apply(text.strip());
        } catch (NumberFormatException | DateTimeParseException e) {
            return null; // it is something else
        }
    }

    /// A list, or its JSON, or texts divided by commas.
    private static List<@Nullable Object> list(@Nullable Object value) {
        var all = new ArrayList<@Nullable Object>();
        switch (value) {
            case null -> {}
            case Collection<?> given -> all.addAll(given);
            default -> {
                var text = text(value);
                var tree = tree(text);
                if (tree != null && tree.isArray()) {
                    tree.forEach(item -> all.add(item.isString() ? item.asString() : item));
                } else {
                    for (var part : text.split(",")) {
                        all.add(part.strip());
                    }
                }
            }
        }
        return all;
    }

    /// What a report shows, and JSON can hold.
    private static @Nullable Object shown(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean flag -> flag;
            case Number number -> number;
            case Collection<?> list -> list.stream().map(item -> text(item)).toList();
            default -> text(value);
        };
    }

    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Map<?, ?> map -> JSON.writeValueAsString(plain(map));
            case Collection<?> list -> JSON.writeValueAsString(plain(list));
            default -> Objects.toString(value);
        };
    }

    /// The same as plain lists and maps: views that look up on demand are looked up.
    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<String, @Nullable Object>();
                map.forEach((key, inner) -> copy.put(String.valueOf(key), plain(inner)));
                yield copy;
            }
            case Collection<?> list -> list.stream().map(Assertions::plain).toList();
            case null, default -> value;
        };
    }
}
