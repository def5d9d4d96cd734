// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.plugins;

import io.millrace.model.Input;
import io.millrace.model.yaml.Deprecations;
import io.millrace.model.yaml.PluginType;
import io.millrace.model.yaml.PluginType.Property;
import io.millrace.model.yaml.PluginType.Shape;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The documentation of a type, made of what it says of itself.
final class Markdown {
    private Markdown() {}

    static String of(PluginType type) {
        var simple = type.name().substring(type.name().lastIndexOf('.') + 1);
        var text = new StringBuilder("# %s\n\n".formatted(simple));
        text.append("```yaml\ntype: \"%s\"\n```\n\n".formatted(type.name()));
        var replacement = Deprecations.replacement(type.name());
        if (replacement != null) {
            text.append("> Deprecated: use `%s` instead.\n\n".formatted(replacement));
        }
        if (!type.title().isEmpty()) {
            text.append(type.title()).append(".\n\n");
        }
        example(type, text);
        section("Properties", type.properties(), text);
        if (type.open()) {
            text.append("Further properties are passed on as they are.\n\n");
        }
        section("Outputs", type.outputs(), text);
        if (type.allNames().size() > 1) {
            text.append("## Other names\n\n");
            type.allNames().stream()
                    .filter(name -> !name.equals(type.name()))
                    .forEach(name -> text.append("- `%s`\n".formatted(name)));
        }
        return text.toString();
    }

    private static void example(PluginType type, StringBuilder text) {
        text.append("## Example\n\n```yaml\n");
        text.append(
                switch (type.kind()) {
                    case TASK -> "tasks:\n  - id: example\n    type: ";
                    case TRIGGER -> "triggers:\n  - id: example\n    type: ";
                    case CONDITION -> "conditions:\n  - type: ";
                });
        text.append(type.name()).append('\n');
        type.properties()
                .forEach((name, property) -> {
                    if (property.required()) {
                        text.append("    %s: %s\n".formatted(name, sample(property)));
                    }
                });
        text.append("```\n\n");
    }

    private static String sample(Property property) {
        if (!property.choices().isEmpty()) {
            return property.choices().getFirst();
        }
        return switch (property.shape()) {
            case ANY, TEXT -> "\"…\"";
            case FLAG -> "true";
            case NUMBER -> "1";
            case LIST -> "[]";
            case MAP -> "{}";
            case DURATION -> "PT10S";
        };
    }

    private static void section(
            String title, Map<String, Property> properties, StringBuilder text) {
        if (properties.isEmpty()) {
            return;
        }
        text.append("## ").append(title).append("\n\n");
        for (var name : new TreeSet<>(properties.keySet())) {
            property(name, properties.get(name), 0, text);
        }
        text.append('\n');
    }

    private static void property(
            String name, @Nullable Property property, int depth, StringBuilder text) {
        if (property == null) {
            return;
        }
        var json = jsonType(property.shape());
        text.append("  ".repeat(depth)).append("- `").append(name).append('`');
        if (!json.isEmpty()) {
            text.append(" (").append(json).append(')');
        }
        if (property.required()) {
            text.append(", required");
        }
        if (property.defaultValue() != null) {
            text.append(", default `").append(property.defaultValue()).append('`');
        }
        if (!property.choices().isEmpty()) {
            text.append(", one of `").append(String.join("`, `", property.choices())).append('`');
        }
        if (!property.title().isEmpty()) {
            text.append(": ").append(property.title());
        }
        text.append('\n');
        property.properties().forEach((inner, it) -> property(inner, it, depth + 1, text));
    }

    /// The JSON type of a shape; empty for any.
    static String jsonType(Shape shape) {
        return switch (shape) {
            case ANY -> "";
            case TEXT, DURATION -> "string";
            case FLAG -> "boolean";
            case NUMBER -> "number";
            case LIST -> "array";
            case MAP -> "object";
        };
    }

    static String input(Input.Type type, @Nullable Object schema) {
        var text = new StringBuilder("# Input of type %s\n\n".formatted(type));
        text.append("```yaml\ninputs:\n  - id: example\n    type: %s\n```\n\n".formatted(type));
        text.append("## Properties\n\n");
        if (schema instanceof Map<?, ?> map && map.get("properties") instanceof Map<?, ?> all) {
            all.keySet().stream()
                    .map(String::valueOf)
                    .sorted()
                    .forEach(name -> text.append("- `%s`\n".formatted(name)));
        }
        return text.toString();
    }
}
