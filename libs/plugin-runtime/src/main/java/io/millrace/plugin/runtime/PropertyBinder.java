// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.runtime;

import io.millrace.plugin.PluginDescriptor;
import io.millrace.plugin.PluginDescriptor.Property;
import io.millrace.plugin.TaskFailedException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// Makes the record that a plugin takes from rendered properties, and a map from the record that it
/// gives. Rendered texts become what the record wants: numbers, booleans, durations, and lists and
/// maps from their JSON.
final class PropertyBinder {
    private static final TypeReference<Map<String, @Nullable Object>> MAP =
            new TypeReference<>() {};

    private final JsonMapper mapper =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .build();

    /// @throws TaskFailedException if a required property is missing or one can't be converted
    <P extends Record> P bind(
            Map<String, @Nullable Object> rendered, List<Property> properties, Class<P> type)
            throws TaskFailedException {
        try {
            return mapper.convertValue(prepare(rendered, properties, ""), type);
        } catch (DatabindException e) {
            var path =
                    e.getPath().stream()
                            .map(step -> String.valueOf(step.getPropertyName()))
                            .reduce((a, b) -> a + "." + b)
                            .orElse("?");
            throw new TaskFailedException(
                    "Property `%s` doesn't fit: %s".formatted(path, e.getOriginalMessage()), e);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new TaskFailedException("The properties don't fit: " + e.getMessage(), e);
        }
    }

    Map<String, @Nullable Object> toMap(Record outputs) {
        var map = mapper.convertValue(outputs, MAP);
        map.values().removeIf(v -> v == null);
        return map;
    }

    private Map<String, @Nullable Object> prepare(
            Map<?, ?> given, List<Property> properties, String path) throws TaskFailedException {
        var prepared = new LinkedHashMap<String, @Nullable Object>();
        for (var property : properties) {
            var name = path + property.name();
            Object value = given.get(property.name());
            if (value == null) {
                value = property.defaultValue();
            }
            if (value == null) {
                if (property.required()) {
                    throw new TaskFailedException(
                            "Expected property `%s` but it is missing".formatted(name));
                }
                continue;
            }
            prepared.put(property.name(), convert(value, property.type(), name));
        }
        return prepared;
    }

    private @Nullable Object convert(@Nullable Object value, Type type, String name)
            throws TaskFailedException {
        var raw = rawType(type);
        if (value instanceof String text && isContainer(raw)) {
            value = parse(text, raw);
        }
        if (raw == String.class && (value instanceof Map || value instanceof List)) {
            return mapper.writeValueAsString(value);
        }
        if (value instanceof Map<?, ?> map && raw.isRecord()) {
            return prepare(map, PluginDescriptor.propertiesOf(raw), name + ".");
        }
        if (type instanceof ParameterizedType generic && value instanceof Map<?, ?> map) {
            var converted = new LinkedHashMap<String, @Nullable Object>();
            for (var entry : map.entrySet()) {
                var key = String.valueOf(entry.getKey());
                converted.put(key, convert(entry.getValue(), last(generic), name));
            }
            return converted;
        }
        if (type instanceof ParameterizedType generic && value instanceof List<?> list) {
            var converted = new ArrayList<@Nullable Object>();
            for (var element : list) {
                converted.add(convert(element, last(generic), name));
            }
            return converted;
        }
        return value;
    }

    private @Nullable Object parse(String text, Class<?> wanted) {
        var trimmed = text.strip();
        if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
            try {
                return mapper.readValue(trimmed, Object.class);
            } catch (JacksonException _) {
                return text; // said by what binds it
            }
        }
        return trimmed.isEmpty() && !Collection.class.isAssignableFrom(wanted) ? null : text;
    }

    private static boolean isContainer(Class<?> raw) {
        return raw.isRecord()
                || Map.class.isAssignableFrom(raw)
                || Collection.class.isAssignableFrom(raw);
    }

    private static Type last(ParameterizedType type) {
        var arguments = type.getActualTypeArguments();
        return arguments[arguments.length - 1];
    }

    private static Class<?> rawType(Type type) {
        return switch (type) {
            case Class<?> c -> c;
            case ParameterizedType p -> rawType(p.getRawType());
            default -> Object.class;
        };
    }
}
