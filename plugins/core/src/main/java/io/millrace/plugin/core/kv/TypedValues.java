// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.kv;

import io.millrace.plugin.KeyValues;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.ExactJson;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a flow's author writes as a value, as the store takes it.
final class TypedValues {
    private TypedValues() {}

    /// @param type absent: the store finds it out
    record Typed(KeyValues.@Nullable Type type, @Nullable Object value) {}

    /// @param given a template, or a structure of such
    static Typed of(Object given, KeyValues.@Nullable Type type, TaskContext context)
            throws TaskFailedException {
        var value = evaluated(given, context);
        if (type == null) {
            return natural(value);
        }
        if (value instanceof String text) {
            return new Typed(type, parsed(text, type));
        }
        if (type == KeyValues.Type.STRING) {
            return new Typed(type, text(value));
        }
        var natural = natural(value);
        return natural.type() == null ? new Typed(type, value) : new Typed(type, natural.value());
    }

    private static @Nullable Object evaluated(@Nullable Object given, TaskContext context)
            throws TaskFailedException {
        return switch (given) {
            case String template -> context.evaluate(template, Map.of());
            case Map<?, ?> map -> {
                var evaluated = new LinkedHashMap<String, @Nullable Object>();
                for (var entry : map.entrySet()) {
                    evaluated.put(
                            context.render(String.valueOf(entry.getKey()), Map.of()),
                            evaluated(entry.getValue(), context));
                }
                yield evaluated;
            }
            case List<?> list -> {
                var evaluated = new ArrayList<@Nullable Object>();
                for (var element : list) {
                    evaluated.add(evaluated(element, context));
                }
                yield evaluated;
            }
            case null, default -> given;
        };
    }

    private static Typed natural(@Nullable Object value) {
        return switch (value) {
            case Instant at -> new Typed(KeyValues.Type.DATETIME, at.toString());
            case ZonedDateTime at -> new Typed(KeyValues.Type.DATETIME, at.toInstant().toString());
            case OffsetDateTime at -> new Typed(KeyValues.Type.DATETIME, at.toInstant().toString());
            case LocalDateTime at ->
                    new Typed(KeyValues.Type.DATETIME, at.toInstant(ZoneOffset.UTC).toString());
            case LocalDate date -> new Typed(KeyValues.Type.DATE, date.toString());
            case Duration duration -> new Typed(KeyValues.Type.DURATION, duration.toString());
            case null, default -> new Typed(null, value);
        };
    }

    private static String text(@Nullable Object value) {
        return value instanceof Map || value instanceof List
                ? JsonMapper.shared().writeValueAsString(value)
                : String.valueOf(value);
    }

    private static @Nullable Object parsed(String text, KeyValues.Type type)
            throws TaskFailedException {
        var plain = text.strip();
        try {
            return switch (type) {
                case STRING -> text;
                case NUMBER -> number(plain);
                case BOOLEAN -> Boolean.parseBoolean(plain.toLowerCase(Locale.ROOT));
                case DATETIME -> OffsetDateTime.parse(plain).toInstant().toString();
                case DATE ->
                        plain.indexOf('T') < 0
                                ? LocalDate.parse(plain).toString()
                                : OffsetDateTime.parse(plain).toLocalDate().toString();
                case DURATION -> Duration.parse(plain).toString();
                case JSON -> ExactJson.read(plain);
            };
        } catch (DateTimeException | NumberFormatException | JacksonException e) {
            throw new TaskFailedException(
                    "Expected a value of type %s but got '%s'".formatted(type, abbreviated(plain)),
                    e);
        }
    }

    private static Number number(String text) {
        var number = new BigDecimal(text);
        return text.matches("-?\\d{1,18}") ? (Number) number.longValueExact() : number;
    }

    private static String abbreviated(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
