// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.schema;

import io.millrace.model.DurationValue;
import io.millrace.model.Input;
import io.millrace.model.Task;
import io.millrace.model.yaml.PluginType.Property;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Fragments of JSON Schema for the values that the readers of flows take. What a reader takes for
/// text may be written as a number; what is null is as if it weren't there.
final class Schemas {
    static final String DEFS = "#/$defs/";

    /// A text with an expression in it stands for a value of any type.
    private static final Map<String, Object> EXPRESSION =
            Map.of("type", "string", "pattern", "\\{\\{|\\{%");

    private static final String DURATION =
            "^[-+]?[Pp](?=.)([-+]?\\d+[Dd])?([Tt](?=.)([-+]?\\d+[Hh])?([-+]?\\d+[Mm])?"
                    + "([-+]?\\d+([.,]\\d+)?[Ss])?)?$|^-?\\d+(\\.\\d+)?$|\\{\\{|\\{%";

    private Schemas() {}

    static Map<String, Object> ref(String name) {
        return Map.of("$ref", DEFS + name);
    }

    static Map<String, Object> orNull(Map<String, Object> schema) {
        return Map.of("anyOf", List.of(schema, Map.of("type", "null")));
    }

    static Map<String, Object> any() {
        return Map.of();
    }

    static Map<String, Object> text() {
        return Map.of("type", List.of("string", "number", "boolean", "null"));
    }

    static Map<String, Object> flag() {
        return Map.of("enum", nullable(List.of(true, false, "true", "false")));
    }

    /// One that is true unless something else is said.
    static Map<String, Object> trueFlag() {
        var flag = new LinkedHashMap<>(flag());
        flag.put("default", true);
        return flag;
    }

    static Map<String, Object> integer() {
        return Map.of("type", List.of("integer", "string", "null"), "pattern", "^[-+]?\\d+$");
    }

    static Map<String, Object> number() {
        return Map.of("type", List.of("number", "string", "null"), "pattern", "^[-+]?[\\d.]+.*$");
    }

    static Map<String, Object> duration() {
        return Map.of("type", List.of("string", "number", "null"), "pattern", DURATION);
    }

    static Map<String, Object> choice(Collection<?> names) {
        return Map.of("enum", nullable(List.copyOf(names)));
    }

    static Map<String, Object> list(Map<String, Object> items) {
        return Map.of("type", List.of("array", "null"), "items", items);
    }

    static Map<String, Object> atLeastOne(Map<String, Object> items) {
        return Map.of("type", "array", "items", items, "minItems", 1);
    }

    /// A list of texts, or one text.
    static Map<String, Object> texts() {
        return Map.of(
                "type",
                List.of("array", "string", "number", "boolean", "null"),
                "items",
                Map.of("type", List.of("string", "number", "boolean")));
    }

    static Map<String, Object> map(Map<String, Object> values) {
        return Map.of("type", List.of("object", "null"), "additionalProperties", values);
    }

    private static List<Object> nullable(List<?> values) {
        var all = new ArrayList<Object>(values);
        all.add(null);
        return all;
    }

    static Map<String, Object> orExpression(Map<String, Object> schema) {
        return Map.of("anyOf", List.of(schema, EXPRESSION));
    }

    /// The value of a property of a plugin.
    static Map<String, Object> of(Property property) {
        var schema = new LinkedHashMap<String, Object>();
        if (!property.title().isEmpty()) {
            schema.put("title", property.title());
        }
        if (property.defaultValue() != null) {
            schema.put("default", property.defaultValue());
        }
        schema.putAll(
                switch (property.shape()) {
                    case ANY -> any();
                    case TEXT ->
                            property.choices().isEmpty()
                                    ? text()
                                    : orExpression(choice(property.choices()));
                    case FLAG -> orExpression(flag());
                    case NUMBER -> orExpression(number());
                    case DURATION -> duration();
                    case LIST ->
                            Map.of(
                                    "type",
                                    List.of("array", "string", "number", "boolean", "null"),
                                    "items",
                                    property.properties().isEmpty() ? any() : nested(property));
                    case MAP ->
                            property.properties().isEmpty()
                                    ? Map.of("type", List.of("object", "string", "null"))
                                    : nested(property);
                });
        return schema;
    }

    /// Nested maps say what is known of them; what else a plugin takes there is its own affair.
    private static Map<String, Object> nested(Property property) {
        var properties = new LinkedHashMap<String, Object>();
        property.properties().forEach((name, inner) -> properties.put(name, of(inner)));
        return Map.of("type", List.of("object", "string", "null"), "properties", properties);
    }

    // --- records --------------------------------------------------------------------------------

    /// What the components of a record look like in YAML, by name.
    static Map<String, Map<String, Object>> properties(Class<?> type) {
        var properties = new LinkedHashMap<String, Map<String, Object>>();
        for (RecordComponent component : type.getRecordComponents()) {
            properties.put(component.getName(), of(component.getGenericType()));
        }
        return properties;
    }

    private static Map<String, Object> of(Type type) {
        if (type instanceof ParameterizedType generic) {
            var argument = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Map.class) {
                return map(any());
            }
            if (argument == String.class) {
                return texts();
            }
            if (argument == Task.class) {
                return ref("tasks");
            }
            return argument == Input.class ? ref("inputs") : list(any());
        }
        if (!(type instanceof Class<?> raw)) {
            return any();
        }
        if (raw.isEnum()) {
            return choice(Arrays.stream(raw.getEnumConstants()).map(Object::toString).toList());
        }
        if (raw == String.class) {
            return text();
        }
        if (raw == boolean.class) {
            return flag();
        }
        if (raw == int.class || raw == Integer.class) {
            return integer();
        }
        if (raw == double.class) {
            return number();
        }
        return raw == Duration.class || raw == DurationValue.class ? duration() : any();
    }
}
