// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.TaskTypes;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a type of task, trigger or condition may say of itself in a flow.
///
/// @param name full name, such as `io.kestra.plugin.core.http.Request`
/// @param aliases other names that flows may use
/// @param title one line for people; may be empty
/// @param properties its own, without those that all types of the kind have
/// @param outputs what it gives
/// @param open whether it takes properties of any other name, too
public record PluginType(
        String name,
        Collection<String> aliases,
        Kind kind,
        String title,
        Map<String, Property> properties,
        Map<String, Property> outputs,
        boolean open) {
    public PluginType {
        aliases = List.copyOf(aliases);
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    public PluginType(
            String name,
            Collection<String> aliases,
            Kind kind,
            Map<String, Property> properties,
            boolean open) {
        this(name, aliases, kind, "", properties, Map.of(), open);
    }

    /// Its name and all others that flows may use.
    public List<String> allNames() {
        var names = new LinkedHashSet<String>();
        names.add(name);
        names.addAll(aliases);
        names.addAll(TaskTypes.olderNames(name));
        return List.copyOf(names);
    }

    public enum Kind {
        TASK,
        TRIGGER,
        CONDITION
    }

    /// @param title one sentence for people; may be empty
    /// @param defaultValue as it would stand in the YAML, if there is one
    /// @param choices what the text may be; empty: anything
    /// @param properties of the map, or of the maps in the list; empty: any
    public record Property(
            Shape shape,
            boolean required,
            String title,
            @Nullable String defaultValue,
            List<String> choices,
            Map<String, Property> properties) {
        public Property {
            choices = List.copyOf(choices);
            properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        }

        public Property(Shape shape, boolean required) {
            this(shape, required, "", null, List.of(), Map.of());
        }
    }

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
