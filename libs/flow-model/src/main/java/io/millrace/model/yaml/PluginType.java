// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/// What a type of task, trigger or condition may say of itself in a flow.
///
/// @param name full name, such as `io.kestra.plugin.core.http.Request`
/// @param aliases other names that flows may use
/// @param properties its own, without those that all types of the kind have
/// @param open whether it takes properties of any other name, too
public record PluginType(
        String name,
        Collection<String> aliases,
        Kind kind,
        Map<String, Property> properties,
        boolean open) {
    public PluginType {
        aliases = List.copyOf(aliases);
        properties = Map.copyOf(properties);
    }

    public enum Kind {
        TASK,
        TRIGGER,
        CONDITION
    }

    public record Property(Shape shape, boolean required) {}

    /// What a value looks like. Each may also be text that holds an expression.
    public enum Shape {
        ANY,
        TEXT,
        FLAG,
        NUMBER,
        LIST,
        MAP,
        DURATION
    }
}
