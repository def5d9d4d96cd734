// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import io.millrace.expressions.Expressions;
import io.millrace.expressions.Template;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The properties of one condition; texts are templates, parsed once.
final class Properties {
    private final Expressions expressions;
    private final String type;
    private final Map<String, @Nullable Object> values;

    Properties(Expressions expressions, String type, Map<String, @Nullable Object> values) {
        this.expressions = expressions;
        this.type = type;
        this.values = values;
    }

    boolean has(String name) {
        return values.get(name) != null;
    }

    /// @throws IllegalArgumentException if it is missing
    Template text(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("%s: %s must not be null".formatted(type, name));
        }
        return compile(value);
    }

    @Nullable Template optionalText(String name) {
        var value = values.get(name);
        return value == null ? null : compile(value);
    }

    Template text(String name, String otherwise) {
        return has(name) ? text(name) : expressions.compile(otherwise);
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(String.valueOf(values.get(name)));
    }

    List<String> texts(String name) {
        return values.get(name) instanceof Collection<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    /// Labels, written as a map or as a list of `key` and `value`.
    Map<String, String> labels(String name) {
        var labels = new LinkedHashMap<String, String>();
        switch (values.get(name)) {
            case Map<?, ?> map ->
                    map.forEach(
                            (key, value) -> labels.put(String.valueOf(key), String.valueOf(value)));
            case Collection<?> list -> {
                for (var element : list) {
                    if (element instanceof Map<?, ?> label) {
                        labels.put(
                                String.valueOf(label.get("key")),
                                String.valueOf(label.get("value")));
                    }
                }
            }
            case null, default ->
                    throw new IllegalArgumentException(
                            "%s: %s must not be empty".formatted(type, name));
        }
        return labels;
    }

    /// Conditions within this one.
    List<Map<String, @Nullable Object>> nested(String name) {
        if (!(values.get(name) instanceof Collection<?> list) || list.isEmpty()) {
            throw new IllegalArgumentException("%s: %s must not be empty".formatted(type, name));
        }
        return list.stream().map(element -> asMap(name, element)).toList();
    }

    /// Conditions within this one, by name.
    List<Map<String, @Nullable Object>> named(String name) {
        if (!(values.get(name) instanceof Map<?, ?> map) || map.isEmpty()) {
            throw new IllegalArgumentException("%s: %s must not be empty".formatted(type, name));
        }
        return map.values().stream().map(element -> asMap(name, element)).toList();
    }

    private Map<String, @Nullable Object> asMap(String name, @Nullable Object element) {
        if (!(element instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(
                    "%s: %s must be a list of conditions".formatted(type, name));
        }
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return copy;
    }

    private Template compile(Object value) {
        return expressions.compile(String.valueOf(value));
    }

    static String render(Template template, ConditionContext context) {
        return template.render(context.seen());
    }
}
