// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/// All task types on the class path, by type and by alias.
public final class PluginCatalog {
    private final Map<String, PluginDescriptor> descriptors = new LinkedHashMap<>();
    private final Map<String, TaskPlugin<?, ?>> plugins = new LinkedHashMap<>();
    private final Map<String, String> types = new HashMap<>();

    /// @throws IllegalStateException if two plugins claim one name
    public PluginCatalog(
            Iterable<? extends TaskPlugin<?, ?>> plugins,
            Iterable<? extends PluginDescriptors> declared) {
        for (var plugin : plugins) {
            var descriptor = PluginDescriptor.of(plugin);
            add(descriptor);
            this.plugins.put(descriptor.type(), plugin);
        }
        declared.forEach(d -> d.descriptors().forEach(this::add));
    }

    /// What the class path of this thread holds.
    @SuppressWarnings({"unchecked", "rawtypes"})
    public static PluginCatalog load() {
        Iterable<? extends TaskPlugin<?, ?>> plugins =
                (Iterable) ServiceLoader.load(TaskPlugin.class);
        return new PluginCatalog(plugins, ServiceLoader.load(PluginDescriptors.class));
    }

    private void add(PluginDescriptor descriptor) {
        descriptors.put(descriptor.type(), descriptor);
        claim(descriptor.type(), descriptor.type());
        descriptor.aliases().forEach(alias -> claim(alias, descriptor.type()));
    }

    private void claim(String name, String type) {
        var other = types.putIfAbsent(name, type);
        if (other != null) {
            throw new IllegalStateException(
                    "Expected one plugin for %s but %s and %s claim it"
                            .formatted(name, other, type));
        }
    }

    public Collection<PluginDescriptor> descriptors() {
        return descriptors.values();
    }

    /// @param name type or alias
    public Optional<PluginDescriptor> descriptor(String name) {
        return Optional.ofNullable(types.get(name)).map(descriptors::get);
    }

    /// @param name type or alias
    public Optional<TaskPlugin<?, ?>> plugin(String name) {
        return Optional.ofNullable(types.get(name)).map(plugins::get);
    }

    public Collection<TaskPlugin<?, ?>> plugins() {
        return plugins.values();
    }
}
