// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What can be asked of a value with `.name`, `[name]` and `.name(…)`. This list is the whole of
/// it: there is no reflection behind it.
final class Members {

    private Members() {}

    /// @throws Undefined if the value has no such member
    static @Nullable Object get(Object target, @Nullable Object key, int line) {
        switch (target) {
            case Map<?, ?> map -> {
                var value = map.get(key);
                if (value != null || map.containsKey(key)) {
                    return value;
                }
                if (key != null && !(key instanceof String)) {
                    var name = Values.text(key);
                    if (map.containsKey(name)) {
                        return map.get(name);
                    }
                    if (key instanceof Long number && map.containsKey(number.intValue())) {
                        return map.get(number.intValue());
                    }
                }
            }
            case Map.Entry<?, ?> entry -> {
                if ("key".equals(key)) {
                    return entry.getKey();
                }
                if ("value".equals(key)) {
                    return entry.getValue();
                }
            }
            case List<?> list -> {
                int index = index(key);
                if (index >= 0 && index < list.size()) {
                    return list.get(index);
                }
            }
            case String text when "length".equals(key) -> {
                return text.length();
            }
            case TemporalAccessor time when key instanceof String name -> {
                var part = part(time, name);
                if (part != null) {
                    return part;
                }
            }
            case Duration duration when "seconds".equals(key) -> {
                return duration.toSeconds();
            }
            case Object array when array.getClass().isArray() -> {
                return get(Values.list(array), key, line);
            }
            default -> {}
        }
        throw new Undefined(Values.text(key), line);
    }

    private static int index(@Nullable Object key) {
        return switch (key) {
            case Long number when number <= Integer.MAX_VALUE -> number.intValue();
            case Integer number -> number;
            case String text when text.matches("\\d{1,9}") -> Integer.parseInt(text);
            case null, default -> -1;
        };
    }

    private static @Nullable Object part(TemporalAccessor time, String name) {
        var field =
                switch (name) {
                    case "year" -> ChronoField.YEAR;
                    case "monthValue", "month" -> ChronoField.MONTH_OF_YEAR;
                    case "dayOfMonth" -> ChronoField.DAY_OF_MONTH;
                    case "dayOfYear" -> ChronoField.DAY_OF_YEAR;
                    case "dayOfWeek" -> ChronoField.DAY_OF_WEEK;
                    case "hour" -> ChronoField.HOUR_OF_DAY;
                    case "minute" -> ChronoField.MINUTE_OF_HOUR;
                    case "second" -> ChronoField.SECOND_OF_MINUTE;
                    case "nano" -> ChronoField.NANO_OF_SECOND;
                    case "epochSecond" -> ChronoField.INSTANT_SECONDS;
                    default -> null;
                };
        if (field == null || !time.isSupported(field)) {
            return null;
        }
        return switch (name) {
            case "dayOfWeek" -> java.time.DayOfWeek.from(time).name();
            case "month" -> java.time.Month.from(time).name();
            default -> time.getLong(field);
        };
    }

    /// @throws ExpressionException if there is no such method, or not with these arguments
    static @Nullable Object call(
            Object target, String method, List<@Nullable Object> arguments, Evaluation e) {
        var result =
                switch (target) {
                    case String text -> ofText(text, method, arguments, e);
                    case Map<?, ?> map -> ofMap(map, method, arguments);
                    case List<?> list -> ofList(list, method, arguments, e);
                    case Collection<?> all when arguments.isEmpty() ->
                            switch (method) {
                                case "size" -> all.size();
                                case "isEmpty" -> all.isEmpty();
                                default -> UNKNOWN;
                            };
                    case Map.Entry<?, ?> entry -> ofEntry(entry, method);
                    case Number number -> ofNumber(number, method);
                    case TemporalAccessor time -> ofTime(time, method, arguments);
                    default -> UNKNOWN;
                };
        if (result == UNKNOWN) {
            throw new ExpressionException(
                    "Method [%s] of a %s can't be called from an expression"
                            .formatted(method, Values.typeOf(target)));
        }
        return result;
    }

    private static final Object UNKNOWN = new Object();

    private static Object ofText(
            String text, String method, List<@Nullable Object> arguments, Evaluation e) {
        return switch (method + "/" + arguments.size()) {
            case "length/0" -> text.length();
            case "isEmpty/0" -> text.isEmpty();
            case "isBlank/0" -> text.isBlank();
            case "trim/0", "strip/0" -> text.strip();
            case "toUpperCase/0" -> text.toUpperCase(Locale.ROOT);
            case "toLowerCase/0" -> text.toLowerCase(Locale.ROOT);
            case "toString/0" -> text;
            case "contains/1" -> text.contains(Values.text(arguments.get(0)));
            case "startsWith/1" -> text.startsWith(Values.text(arguments.get(0)));
            case "endsWith/1" -> text.endsWith(Values.text(arguments.get(0)));
            case "equals/1" -> text.equals(arguments.get(0));
            case "equalsIgnoreCase/1" -> text.equalsIgnoreCase(Values.text(arguments.get(0)));
            case "indexOf/1" -> text.indexOf(Values.text(arguments.get(0)));
            case "lastIndexOf/1" -> text.lastIndexOf(Values.text(arguments.get(0)));
            case "charAt/1" -> String.valueOf(text.charAt((int) Values.integer(arguments.get(0))));
            case "substring/1" -> text.substring((int) Values.integer(arguments.get(0)));
            case "substring/2" ->
                    text.substring(
                            (int) Values.integer(arguments.get(0)),
                            (int) Values.integer(arguments.get(1)));
            case "replace/2" ->
                    TextBuiltins.replace(
                            text,
                            Values.text(arguments.get(0)),
                            Values.text(arguments.get(1)),
                            e.meter());
            case "split/1" -> Regex.split(text, Values.text(arguments.get(0)), 0, e.meter());
            default -> UNKNOWN;
        };
    }

    private static @Nullable Object ofMap(
            Map<?, ?> map, String method, List<@Nullable Object> arguments) {
        return switch (method + "/" + arguments.size()) {
            case "size/0" -> map.size();
            case "isEmpty/0" -> map.isEmpty();
            case "get/1" -> map.get(arguments.get(0));
            case "getOrDefault/2" ->
                    map.containsKey(arguments.get(0))
                            ? map.get(arguments.get(0))
                            : arguments.get(1);
            case "containsKey/1" -> map.containsKey(arguments.get(0));
            case "keySet/0" -> new ArrayList<>(map.keySet());
            case "values/0" -> new ArrayList<>(map.values());
            case "entrySet/0" -> new ArrayList<>(map.entrySet());
            default -> UNKNOWN;
        };
    }

    private static @Nullable Object ofList(
            List<?> list, String method, List<@Nullable Object> arguments, Evaluation e) {
        return switch (method + "/" + arguments.size()) {
            case "size/0" -> list.size();
            case "isEmpty/0" -> list.isEmpty();
            case "get/1" -> list.get((int) Values.integer(arguments.get(0)));
            case "contains/1" -> Values.contains(list, arguments.get(0), e);
            case "getFirst/0" -> list.getFirst();
            case "getLast/0" -> list.getLast();
            default -> UNKNOWN;
        };
    }

    private static @Nullable Object ofEntry(Map.Entry<?, ?> entry, String method) {
        return switch (method) {
            case "getKey" -> entry.getKey();
            case "getValue" -> entry.getValue();
            default -> UNKNOWN;
        };
    }

    private static Object ofNumber(Number number, String method) {
        return switch (method) {
            case "intValue" -> number.intValue();
            case "longValue" -> number.longValue();
            case "doubleValue" -> number.doubleValue();
            case "toString" -> Values.text(number);
            default -> UNKNOWN;
        };
    }

    private static Object ofTime(
            TemporalAccessor time, String method, List<@Nullable Object> arguments) {
        if (arguments.isEmpty()) {
            if (method.startsWith("get") && method.length() > 3) {
                var part =
                        part(time, Character.toLowerCase(method.charAt(3)) + method.substring(4));
                return part == null ? UNKNOWN : part;
            }
            return switch (method) {
                case "toString" -> Json.scalar(time);
                case "toInstant" -> Instant.from(time);
                case "toEpochSecond" -> time.getLong(ChronoField.INSTANT_SECONDS);
                case "toEpochMilli" -> Instant.from(time).toEpochMilli();
                case "toLocalDate" -> LocalDate.from(time);
                case "toLocalTime" -> LocalTime.from(time);
                case "toLocalDateTime" -> LocalDateTime.from(time);
                case "toOffsetDateTime" -> OffsetDateTime.from(time);
                default -> UNKNOWN;
            };
        }
        if (arguments.size() == 1 && arguments.getFirst() instanceof TemporalAccessor other) {
            return switch (method) {
                case "isBefore" -> Values.compare(order(time), order(other)) < 0;
                case "isAfter" -> Values.compare(order(time), order(other)) > 0;
                default -> UNKNOWN;
            };
        }
        return UNKNOWN;
    }

    private static Object order(TemporalAccessor time) {
        return switch (time) {
            case ZonedDateTime zoned -> zoned.toInstant();
            case OffsetDateTime offset -> offset.toInstant();
            default -> time;
        };
    }
}
