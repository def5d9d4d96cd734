// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.runtime.install;

import io.millrace.plugin.PluginDescriptor;
import io.millrace.plugin.PluginSource;
import io.millrace.plugin.TaskPlugin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The jars of one plugin.
///
/// @param name of its directory, or of its jar without `.jar`
/// @param jars its own, the libraries that it brings, and what was put beside them, such as a
///   driver
public record InstalledPlugin(String name, List<Path> jars) {
    private static final String SERVICES = "META-INF/services/" + TaskPlugin.class.getName();

    public InstalledPlugin {
        jars = List.copyOf(jars);
    }

    /// A task type of the plugin.
    ///
    /// @param implementation name of its class
    record Entry(PluginDescriptor descriptor, String implementation) {}

    /// Its types with one loader for all of them, which opens the jars at the first use.
    List<PluginSource> sources(List<Entry> entries, ClassLoader host) {
        var loader = new Lazy(this, host);
        var sources = new ArrayList<PluginSource>();
        for (var entry : entries) {
            sources.add(new Source(entry, loader));
        }
        return sources;
    }

    /// Describes the types by loading them.
    ///
    /// @throws IllegalStateException if one can't be loaded
    List<Entry> describe(ClassLoader host) {
        var entries = new ArrayList<Entry>();
        try (var loader = open(host)) {
            for (var resource : Collections.list(loader.getResources(SERVICES))) {
                for (var line : lines(resource)) {
                    var plugin = instantiate(line, loader);
                    entries.add(new Entry(PluginDescriptor.of(plugin), line));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("The plugin " + name + " can't be read", e);
        }
        return entries;
    }

    private static List<String> lines(URL resource) throws IOException {
        var connection = resource.openConnection();
        connection.setUseCaches(false); // a cached jar would stay open
        try (var content = connection.getInputStream()) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }

    private PluginClassLoader open(ClassLoader host) {
        var urls = jars.stream().map(InstalledPlugin::url).toArray(URL[]::new);
        return new PluginClassLoader(name, urls, host);
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TaskPlugin<?, ?> instantiate(String implementation, ClassLoader loader) {
        try {
            return loader.loadClass(implementation)
                    .asSubclass(TaskPlugin.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw new IllegalStateException(
                    "The plugin %s doesn't load: %s: %s".formatted(name, implementation, e), e);
        }
    }

    private static final class Lazy {
        private final InstalledPlugin plugin;
        private final ClassLoader host;
        private @Nullable ClassLoader opened;

        Lazy(InstalledPlugin plugin, ClassLoader host) {
            this.plugin = plugin;
            this.host = host;
        }

        synchronized TaskPlugin<?, ?> load(String implementation) {
            var loader = opened;
            if (loader == null) {
                loader = plugin.open(host);
                opened = loader;
            }
            return plugin.instantiate(implementation, loader);
        }
    }

    private record Source(Entry entry, Lazy loader) implements PluginSource {
        @Override
        public PluginDescriptor descriptor() {
            return entry.descriptor();
        }

        @Override
        public TaskPlugin<?, ?> load() {
            return loader.load(entry.implementation());
        }
    }
}
