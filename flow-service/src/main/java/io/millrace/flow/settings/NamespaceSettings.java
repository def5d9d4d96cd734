// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.settings;

import io.millrace.model.Flow.PluginDefault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is set for a namespace and those below it.
///
/// @param variables what expressions see as `namespace`
/// @param rules what it allows to its flows, and to those of others
/// @param managedBy what alone may change the namespace's flows, files and tests; absent: anyone
///   who is allowed to
/// @param version one more with each change
public record NamespaceSettings(
        String tenant,
        String id,
        @Nullable String description,
        Map<String, @Nullable Object> variables,
        List<PluginDefault> pluginDefaults,
        NamespaceRules rules,
        @Nullable String managedBy,
        int version,
        Instant updatedAt) {

    /// A namespace and those above it, the nearest first.
    public static List<String> chain(String namespace) {
        var chain = new ArrayList<String>();
        chain.add(namespace);
        for (int dot = namespace.lastIndexOf('.');
                dot > 0;
                dot = namespace.lastIndexOf('.', dot - 1)) {
            chain.add(namespace.substring(0, dot));
        }
        return chain;
    }

    /// The variables of all of them: the nearest counts, maps are merged.
    ///
    /// @param chain the nearest first
    public static Map<String, @Nullable Object> variables(List<NamespaceSettings> chain) {
        Map<String, @Nullable Object> merged = Map.of();
        for (var settings : chain.reversed()) {
            merged = merged(merged, settings.variables());
        }
        return merged;
    }

    /// The plugin defaults of all of them, the nearest first.
    public static List<PluginDefault> pluginDefaults(List<NamespaceSettings> chain) {
        return chain.stream().flatMap(s -> s.pluginDefaults().stream()).toList();
    }

    private static Map<String, @Nullable Object> merged(
            Map<String, @Nullable Object> outer, Map<String, @Nullable Object> inner) {
        var merged = new LinkedHashMap<String, @Nullable Object>(outer);
        inner.forEach((key, value) -> {
            if (value instanceof Map<?, ?> below && merged.get(key) instanceof Map<?, ?> above) {
                merged.put(key, merged(texts(above), texts(below)));
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }

    private static Map<String, @Nullable Object> texts(Map<?, ?> map) {
        var texts = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, value) -> texts.put(Objects.toString(key), value));
        return texts;
    }
}
