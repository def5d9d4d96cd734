// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// All task types, by type and by alias: those on the class path, and those that are installed
/// beside it, which are loaded when they are first asked for.
public final class PluginCatalog implements AutoCloseable {
    private final Map<String, PluginDescriptor> descriptors = new LinkedHashMap<>();
    private final Map<String, Loaded> plugins = new LinkedHashMap<>();
    private final Map<String, String> types = new HashMap<>();
    private volatile @Nullable PluginSettings settings;

    /// @throws IllegalStateException if two plugins claim one name
    public PluginCatalog(
            Iterable<? extends TaskPlugin<?, ?>> plugins,
            Iterable<? extends PluginDescriptors> declared) {
        this(plugins, declared, List.of());
    }

    /// @param installed plugins that are loaded when they are first asked for
    /// @throws IllegalStateException if two plugins claim one name
    public PluginCatalog(
            Iterable<? extends TaskPlugin<?, ?>> plugins,
            Iterable<? extends PluginDescriptors> declared,
            Iterable<? extends PluginSource> installed) {
        for (var plugin : plugins) {
            add(new Present(PluginDescriptor.of(plugin), plugin)).get();
        }
        declared.forEach(d -> d.descriptors().forEach(this::describe));
        installed.forEach(this::add);
    }

    /// What the class path of this thread holds.
    public static PluginCatalog load() {
        return load(List.of());
    }

    /// What the class path of this thread holds, and what is installed beside it.
    @SuppressWarnings({"unchecked", "rawtypes"})
    public static PluginCatalog load(Iterable<? extends PluginSource> installed) {
        Iterable<? extends TaskPlugin<?, ?>> plugins =
                (Iterable) ServiceLoader.load(TaskPlugin.class);
        return new PluginCatalog(plugins, ServiceLoader.load(PluginDescriptors.class), installed);
    }

    private record Present(PluginDescriptor descriptor, TaskPlugin<?, ?> load)
            implements PluginSource {}

    /// A plugin from the first time that it is asked for.
    private final class Loaded {
        private final PluginSource source;
        private @Nullable TaskPlugin<?, ?> plugin;

        Loaded(PluginSource source) {
            this.source = source;
        }

        synchronized TaskPlugin<?, ?> get() {
            var present = plugin;
            if (present == null) {
                present = source.load();
                if (settings != null) {
                    present.start(settings);
                }
                plugin = present;
            }
            return present;
        }

        synchronized Optional<TaskPlugin<?, ?>> ifLoaded() {
            return Optional.ofNullable(plugin);
        }
    }

    private Loaded add(PluginSource source) {
        var descriptor = source.descriptor();
        describe(descriptor);
        var loaded = new Loaded(source);
        plugins.put(descriptor.type(), loaded);
        return loaded;
    }

    private void describe(PluginDescriptor descriptor) {
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

    /// The plugin, which is loaded and started if it wasn't.
    ///
    /// @param name type or alias
    /// @throws IllegalStateException if it can't be loaded
    public Optional<TaskPlugin<?, ?>> plugin(String name) {
        var found = Optional.ofNullable(types.get(name)).map(plugins::get);
        return found.map(Loaded::get);
    }

    /// Starts the plugins that are loaded, and from now on those that will be.
    public void start(PluginSettings settings) {
        this.settings = settings;
        plugins.values().forEach(p -> p.ifLoaded().ifPresent(plugin -> plugin.start(settings)));
    }

    /// Closes the plugins that are loaded.
    @Override
    public void close() {
        plugins.values().forEach(p -> p.ifLoaded().ifPresent(TaskPlugin::close));
    }
}
