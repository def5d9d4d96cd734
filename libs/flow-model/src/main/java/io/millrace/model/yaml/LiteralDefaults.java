// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Input;
import io.millrace.model.Input.Option;
import io.millrace.model.Input.Rules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Whether a value that a flow writes down for an input can ever be one. Expressions, and types
/// that take more than a word, show that when the flow starts.
final class LiteralDefaults {
    private LiteralDefaults() {}

    /// What is wrong with it.
    static Optional<String> fault(Input input, @Nullable Object value) {
        if (value == null || !(value instanceof String || value instanceof Number)) {
            return Optional.empty();
        }
        var text = value instanceof BigDecimal number ? number.toPlainString() : value.toString();
        if (text.isEmpty() || Fields.holdsExpression(text)) {
            return Optional.empty();
        }
        try {
            return fault(input.type(), input.rules(), text);
        } catch (DateTimeException | ArithmeticException | NumberFormatException _) {
            return Optional.of("`%s` is not a valid %s value".formatted(text, input.type()));
        }
    }

    private static Optional<String> fault(Input.Type type, Rules rules, String text) {
        return switch (type) {
            case INT -> range(new BigDecimal(new BigInteger(text)), rules, BigDecimal::new);
            case FLOAT -> range(new BigDecimal(text), rules, BigDecimal::new);
            case DURATION -> range(Duration.parse(text), rules, Duration::parse);
            case DATE -> period(LocalDate.parse(text), rules, LocalDate::parse);
            case TIME -> period(LocalTime.parse(text), rules, LocalTime::parse);
            case DATETIME -> period(instant(text), rules, LiteralDefaults::instant);
            case SELECT -> selection(rules, text);
            case STRING, SECRET, EMAIL, BOOL, URI, FILE, JSON, YAML, ION, ARRAY, MULTISELECT ->
                    Optional.empty();
        };
    }

    private static Optional<String> selection(Rules rules, String text) {
        var values = rules.values().stream().map(Option::value).toList();
        return values.isEmpty() || rules.allowCustomValue() || values.contains(text)
                ? Optional.empty()
                : Optional.of("it must match the values `%s`".formatted(values));
    }

    private static Instant instant(String text) {
        return text.endsWith("Z") ? Instant.parse(text) : OffsetDateTime.parse(text).toInstant();
    }

    private static <T extends Comparable<? super T>> Optional<String> range(
            T value, Rules rules, Function<String, T> reader) {
        if (outside(value, rules.min(), reader, Comparator.reverseOrder())) {
            return Optional.of("it must be more than `%s`".formatted(rules.min()));
        }
        return outside(value, rules.max(), reader, Comparator.naturalOrder())
                ? Optional.of("it must be less than `%s`".formatted(rules.max()))
                : Optional.empty();
    }

    private static <T extends Comparable<? super T>> Optional<String> period(
            T value, Rules rules, Function<String, T> reader) {
        if (outside(value, rules.after(), reader, Comparator.reverseOrder())) {
            return Optional.of("it must be after `%s`".formatted(rules.after()));
        }
        return outside(value, rules.before(), reader, Comparator.naturalOrder())
                ? Optional.of("it must be before `%s`".formatted(rules.before()))
                : Optional.empty();
    }

    /// A limit that can't be read is no limit here: that is said where it stands.
    private static <T extends Comparable<? super T>> boolean outside(
            T value, @Nullable String limit, Function<String, T> reader, Comparator<T> order) {
        if (limit == null || Fields.holdsExpression(limit)) {
            return false;
        }
        try {
            return order.compare(value, reader.apply(limit)) > 0;
        } catch (DateTimeException | NumberFormatException _) {
            return false;
        }
    }
}
