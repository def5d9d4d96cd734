// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.runtime.install;

import static java.util.Objects.requireNonNull;

import io.millrace.plugin.PluginSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where plugins lie: a folder holds a directory with the jars of each plugin, or the one jar of a
/// plugin that brings all it needs. Directories of the same name in several folders are one plugin:
/// a driver is put into a folder of one's own, and belongs to the plugin that came with Millrace.
///
/// @param folders those that aren't there are empty
public record PluginFolders(List<Path> folders) {
    private static final System.Logger LOG = System.getLogger(PluginFolders.class.getName());

    public PluginFolders {
        folders = List.copyOf(folders);
    }

    /// @param settings paths separated by commas, each absent or empty
    public static PluginFolders of(@Nullable String... settings) {
        return new PluginFolders(
                Stream.of(settings)
                        .filter(s -> s != null)
                        .flatMap(s -> Arrays.stream(s.split(",")))
                        .map(String::strip)
                        .filter(s -> !s.isEmpty())
                        .map(Path::of)
                        .toList());
    }

    /// What is installed, by name.
    public List<InstalledPlugin> installed() {
        var jars = new TreeMap<String, List<Path>>();
        for (var folder : folders) {
            for (var path : list(folder)) {
                var name = path.getFileName().toString();
                if (Files.isDirectory(path) && !name.startsWith(".")) {
                    var own = list(path).stream().filter(PluginFolders::isJar).toList();
                    jars.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(own);
                } else if (isJar(path)) {
                    var plain = name.substring(0, name.length() - ".jar".length());
                    jars.computeIfAbsent(plain, _ -> new ArrayList<>()).add(path);
                }
            }
        }
        return jars.entrySet().stream()
                .filter(e -> !e.getValue().isEmpty())
                .map(e -> new InstalledPlugin(e.getKey(), e.getValue()))
                .toList();
    }

    private static boolean isJar(Path path) {
        return path.getFileName().toString().endsWith(".jar") && Files.isRegularFile(path);
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var paths = Files.list(folder)) {
            return paths.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The plugin folder can't be read", e);
        }
    }

    /// All types of all plugins. One that can't be loaded is left out, and said in the log: it must
    /// not keep the others from starting.
    public List<PluginSource> sources() {
        var host = PluginFolders.class.getClassLoader();
        var sources = new ArrayList<PluginSource>();
        for (var plugin : installed()) {
            try {
                sources.addAll(plugin.sources(entries(plugin, host), host));
            } catch (IllegalStateException e) {
                LOG.log(Level.ERROR, String.valueOf(e.getMessage()));
            }
        }
        return sources;
    }

    private static List<InstalledPlugin.Entry> entries(InstalledPlugin plugin, ClassLoader host) {
        var folder = folderOf(plugin.jars().getFirst(), plugin.name());
        var file = folder.resolve(".index").resolve(plugin.name() + ".json");
        return PluginIndex.read(file, plugin)
                .orElseGet(() -> {
                    var entries = plugin.describe(host);
                    try {
                        PluginIndex.write(file, plugin, entries);
                    } catch (IOException e) {
                        LOG.log(
                                Level.DEBUG,
                                "The index of the plugin {0} isn't kept: {1}",
                                plugin.name(),
                                e);
                    }
                    return entries;
                });
    }

    /// The plugin folder that a jar lies in, itself or in the plugin's directory.
    private static Path folderOf(Path jar, String name) {
        var parent = requireNonNull(jar.toAbsolutePath().getParent(), "a file lies in a folder");
        var folder = parent.endsWith(name) ? parent.getParent() : parent;
        return folder == null ? parent : folder;
    }
}
