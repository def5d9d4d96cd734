// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values that JSON has no notation for, written as a map of one key: `{"$duration": "PT5M"}`.
public final class TypedValues {

    private TypedValues() {}

    /// Replaces typed values at any depth.
    ///
    /// @throws ExpressionException if one of them isn't what its key says
    public static Map<String, @Nullable Object> parseAll(Map<String, ?> variables) {
        var parsed = new LinkedHashMap<String, @Nullable Object>();
        for (var entry : variables.entrySet()) {
            parsed.put(entry.getKey(), parse(entry.getValue()));
        }
        return parsed;
    }

    /// @throws ExpressionException if it holds a typed value that isn't what its key says
    public static @Nullable Object parse(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map when map.size() == 1 -> {
                var entry = map.entrySet().iterator().next();
                yield entry.getKey() instanceof String key && key.startsWith("$")
                        ? typed(key, entry.getValue(), map)
                        : copy(map);
            }
            case Map<?, ?> map -> copy(map);
            case List<?> list -> {
                var parsed = new ArrayList<@Nullable Object>(list.size());
                for (var element : list) {
                    parsed.add(parse(element));
                }
                yield parsed;
            }
            case null, default -> value;
        };
    }

    private static Map<Object, @Nullable Object> copy(Map<?, ?> map) {
        var parsed = new LinkedHashMap<Object, @Nullable Object>();
        for (var entry : map.entrySet()) {
            parsed.put(String.valueOf(entry.getKey()), parse(entry.getValue()));
        }
        return parsed;
    }

    @SuppressWarnings("JavaUtilDate") // what callers of this notation expect
    private static Object typed(String key, @Nullable Object value, Map<?, ?> map) {
        try {
            return switch (key) {
                case "$zonedDateTime" -> ZonedDateTime.parse(text(key, value));
                case "$instant" -> Instant.parse(text(key, value));
                case "$localDateTime" -> LocalDateTime.parse(text(key, value));
                case "$date" -> new Date(number(key, value).longValue());
                case "$duration" -> Duration.parse(text(key, value));
                case "$float" -> Float.valueOf(number(key, value).toString());
                case "$long" -> number(key, value).longValue();
                case "$set" -> new LinkedHashSet<>(elements(key, value));
                case "$array" -> elements(key, value).toArray();
                default -> copy(map);
            };
        } catch (DateTimeException e) {
            throw new ExpressionException("'%s' is no %s".formatted(value, key), e);
        }
    }

    private static String text(String key, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new ExpressionException(
                "Expected a text for %s but it is '%s'".formatted(key, value));
    }

    private static Number number(String key, @Nullable Object value) {
        if (value instanceof Number number) {
            return number;
        }
        throw new ExpressionException(
                "Expected a number for %s but it is '%s'".formatted(key, value));
    }

    private static List<@Nullable Object> elements(String key, @Nullable Object value) {
        if (!(value instanceof Collection<?> all)) {
            throw new ExpressionException(
                    "Expected a list for %s but it is '%s'".formatted(key, value));
        }
        var parsed = new ArrayList<@Nullable Object>();
        for (var element : all) {
            parsed.add(parse(element));
        }
        return parsed;
    }
}
