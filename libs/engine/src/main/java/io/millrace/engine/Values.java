// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.inputs.Inputs;
import io.millrace.expressions.Encrypted;
import io.millrace.expressions.Truthiness;
import io.millrace.model.DurationValue;
import io.millrace.model.Durations;
import io.millrace.model.Flow;
import io.millrace.model.Input;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What rendered properties mean. All throw [IllegalArgumentException] with a message for the
/// author of the flow.
final class Values {
    /// No properties.
    static final Map<String, @Nullable Object> NONE = Collections.emptyMap();

    /// Stands among the variables of an execution for one of the flow's that was unset.
    static final Map<String, @Nullable Object> UNSET =
            Collections.unmodifiableMap(one("$unset", true));

    private Values() {}

    static Map<String, @Nullable Object> one(String name, @Nullable Object value) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        map.put(name, value);
        return map;
    }

    /// Text of a value: a list or map as JSON, an encrypted text as its mask.
    static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Map<?, ?> map when Encrypted.is(map) -> Encrypted.MASK;
            case Map<?, ?> map -> Json.write(map);
            case List<?> list -> Json.write(list);
            default -> value.toString();
        };
    }

    static boolean truthy(@Nullable Object value) {
        return Truthiness.isTruthy(text(value));
    }

    static int whole(@Nullable Object value) {
        try {
            return value == null ? 0 : new BigDecimal(value.toString().strip()).intValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("Expected a whole number but got " + value, e);
        }
    }

    /// A duration as ISO 8601 text, or a number of seconds.
    static @Nullable Duration duration(@Nullable Object value) {
        try {
            var duration = anyDuration(value);
            return duration == null ? null : Durations.checked(duration);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage() + " but got " + value, e);
        }
    }

    private static @Nullable Duration anyDuration(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Duration duration -> duration;
            case DurationValue.Literal(var duration) -> duration;
            case DurationValue.Expression(var template) ->
                    throw new IllegalArgumentException("Expected a duration but got " + template);
            case Number seconds -> Duration.ofMillis((long) (seconds.doubleValue() * 1000));
            default -> {
                var text = value.toString().strip();
                if (text.isEmpty()) {
                    yield null;
                }
                try {
                    yield Character.isDigit(text.charAt(0))
                            ? Duration.ofMillis((long) (Double.parseDouble(text) * 1000))
                            : Duration.parse(text);
                } catch (DateTimeParseException | NumberFormatException e) {
                    throw new IllegalArgumentException("Expected a duration but got " + text, e);
                }
            }
        };
    }

    static @Nullable Duration timeout(FlowTask task, TaskRun run) {
        var rendered = run.rendered();
        return rendered != null && rendered.containsKey("timeout")
                ? duration(rendered.get("timeout"))
                : task.timeout();
    }

    /// The values of a loop: a list, or its JSON; a map gives its entries. Each is kept once.
    static Items items(@Nullable Object values) {
        return new Items(List.copyOf(new LinkedHashSet<>(allItems(values))));
    }

    /// The same, with values that are there several times.
    static List<String> allItems(@Nullable Object values) {
        var list =
                switch (values) {
                    case String text -> parsed(text);
                    case null, default -> values;
                };
        var elements = new ArrayList<@Nullable Object>();
        switch (list) {
            case List<?> all -> elements.addAll(all);
            case Map<?, ?> map ->
                    map.forEach((key, value) -> {
                        var entry = new LinkedHashMap<String, @Nullable Object>();
                        entry.put("key", key);
                        entry.put("value", value);
                        elements.add(entry);
                    });
            case null, default ->
                    throw new IllegalArgumentException(
                            "Expected a list or a JSON array of values but got " + text(values));
        }
        if (elements.stream().anyMatch(Objects::isNull)) { // equal values count once
            throw new IllegalArgumentException(
                    "Found '1' null values on Each, with values=" + elements);
        }
        return elements.stream().map(element -> String.valueOf(text(element))).toList();
    }

    /// The values of a `Loop` over the lines of a file.
    static Items lines(@Nullable Object content) {
        return new Items(content == null ? List.of() : content.toString().lines().toList());
    }

    private static @Nullable Object parsed(String text) {
        try {
            return Json.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Expected a JSON array of values but got " + text + ": " + e.getMessage(), e);
        }
    }

    static Map<String, String> labels(@Nullable Object value) {
        var labels = new LinkedHashMap<String, String>();
        switch (value) {
            case null -> {
                // none
            }
            case String text -> labels.putAll(labels(parsed(text)));
            case Map<?, ?> map -> map.forEach((key, label) -> label(labels, key.toString(), label));
            case List<?> list -> {
                for (var element : list) {
                    if (!(element instanceof Map<?, ?> entry) || !entry.containsKey("key")) {
                        throw new IllegalArgumentException(
                                "Expected a label with key and value but got " + element);
                    }
                    label(labels, String.valueOf(entry.get("key")), entry.get("value"));
                }
            }
            default -> throw new IllegalArgumentException("Expected labels but got " + value);
        }
        return labels;
    }

    private static void label(Map<String, String> labels, String key, @Nullable Object value) {
        var text = text(value);
        if (text == null) {
            throw new IllegalArgumentException("Expected a value for label " + key);
        }
        labels.put(key, text);
    }

    /// Outputs of a flow, each as the type that it is declared with.
    static Map<String, @Nullable Object> outputs(
            Flow flow, Map<String, @Nullable Object> rendered) {
        return outputs(flow.outputs(), rendered);
    }

    static Map<String, @Nullable Object> outputs(
            List<Flow.FlowOutput> outputs, Map<String, @Nullable Object> rendered) {
        var typed = new LinkedHashMap<String, @Nullable Object>();
        for (var output : outputs) {
            typed.put(output.id(), typed(output, rendered.get(output.id())));
        }
        return typed;
    }

    private static @Nullable Object typed(Flow.FlowOutput output, @Nullable Object value) {
        if (value == null) {
            if (output.required()) {
                throw new IllegalArgumentException("Expected a value for output " + output.id());
            }
            return null;
        }
        if (Encrypted.is(value)) {
            return value;
        }
        boolean isEmpty = value instanceof String text && text.isEmpty();
        if (isEmpty && !output.required() && output.type() != Input.Type.STRING) {
            return null; // what null is rendered to
        }
        try {
            return switch (output.type()) {
                case STRING, SELECT, SECRET -> text(value);
                case FILE -> file(String.valueOf(text(value)));
                case BOOL -> isEmpty ? (Object) false : Inputs.typed(output.type(), value);
                case JSON -> value instanceof String text ? Json.parse(text) : value;
                case ARRAY, MULTISELECT -> list(value);
                case INT, FLOAT, DATETIME, DATE, TIME, DURATION, YAML, ION, URI, EMAIL ->
                        Inputs.typed(output.type(), value);
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Expected output "
                            + output.id()
                            + " to be "
                            + output.type()
                            + " but got "
                            + text(value),
                    e);
        }
    }

    private static String file(String uri) {
        if (!uri.startsWith("kestra://") && !uri.startsWith("nsfile://")) {
            throw new IllegalArgumentException("Expected a URI of the internal storage");
        }
        return uri;
    }

    private static List<?> list(Object value) {
        if ((value instanceof String text ? Json.parse(text) : value) instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("Expected a list");
    }
}
