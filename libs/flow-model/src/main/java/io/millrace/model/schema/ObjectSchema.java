// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A map with known keys, in the making.
final class ObjectSchema {
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private final List<String> required = new ArrayList<>();
    private final List<Map<String, Object>> allOf = new ArrayList<>();
    private String title = "";
    private boolean open;

    /// One that takes what a record holds.
    static ObjectSchema of(Class<?> type) {
        var schema = new ObjectSchema();
        schema.properties.putAll(Schemas.properties(type));
        return schema;
    }

    ObjectSchema with(String name, Map<String, Object> schema) {
        properties.put(name, schema);
        return this;
    }

    ObjectSchema withAll(Map<String, Map<String, Object>> more) {
        properties.putAll(more);
        return this;
    }

    ObjectSchema without(String... names) {
        List.of(names).forEach(properties::remove);
        return this;
    }

    /// What the record calls otherwise than the YAML does.
    ObjectSchema rename(String component, String key) {
        var schema = properties.remove(component);
        if (schema == null) {
            throw new IllegalArgumentException("Expected a component " + component);
        }
        properties.put(key, schema);
        return this;
    }

    ObjectSchema require(String... names) {
        required.addAll(List.of(names));
        return this;
    }

    ObjectSchema titled(String text) {
        title = text;
        return this;
    }

    ObjectSchema including(Map<String, Object> schema) {
        allOf.add(schema);
        return this;
    }

    ObjectSchema open() {
        open = true;
        return this;
    }

    Map<String, Object> build() {
        var schema = new LinkedHashMap<String, Object>();
        if (!title.isEmpty()) {
            schema.put("title", title);
        }
        schema.put("type", "object");
        if (!allOf.isEmpty()) {
            schema.put("allOf", List.copyOf(allOf));
        }
        schema.put("properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", List.copyOf(required));
        }
        if (!open) {
            schema.put(allOf.isEmpty() ? "additionalProperties" : "unevaluatedProperties", false);
        }
        return schema;
    }
}
