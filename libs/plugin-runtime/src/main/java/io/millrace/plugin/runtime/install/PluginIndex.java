// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.runtime.install;

import static java.util.Objects.requireNonNull;

import io.millrace.plugin.PluginDescriptor;
import io.millrace.plugin.PluginDescriptor.Property;
import io.millrace.plugin.PluginDescriptor.Shape;
import io.millrace.plugin.runtime.install.InstalledPlugin.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a plugin's types are, kept beside its jars: who starts again needn't load hundreds of
/// classes to know the names of their properties. It counts for the very jars that it was made of.
final class PluginIndex {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Changes when what stands in an index does.
    private static final int FORMAT = 1;

    private PluginIndex() {}

    private record Index(int format, String jars, List<Type> types) {}

    private record Type(
            String type,
            List<String> aliases,
            String title,
            List<Part> properties,
            List<Part> outputs,
            int weight,
            boolean trigger,
            String implementation) {}

    private record Part(
            String name,
            Shape shape,
            List<String> choices,
            String title,
            boolean required,
            @Nullable String defaultValue,
            boolean late,
            List<Part> properties) {}

    /// @return the types if they were kept and the jars are the same
    static Optional<List<Entry>> read(Path file, InstalledPlugin plugin) {
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            var index = JSON.readValue(Files.readAllBytes(file), Index.class);
            return index.format() == FORMAT && index.jars().equals(fingerprint(plugin))
                    ? Optional.of(index.types().stream().map(PluginIndex::entry).toList())
                    : Optional.empty();
        } catch (IOException | JacksonException _) {
            return Optional.empty(); // made anew
        }
    }

    /// @throws IOException if nothing may be written there
    static void write(Path file, InstalledPlugin plugin, List<Entry> entries) throws IOException {
        var types = entries.stream().map(PluginIndex::type).toList();
        var content = JSON.writeValueAsBytes(new Index(FORMAT, fingerprint(plugin), types));
        var directory = Files.createDirectories(requireNonNull(file.toAbsolutePath().getParent()));
        var written = Files.createTempFile(directory, "index", ".tmp");
        Files.write(written, content);
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String fingerprint(InstalledPlugin plugin) throws IOException {
        var jars = new ArrayList<String>();
        for (var jar : plugin.jars()) {
            jars.add(
                    "%s %d %d"
                            .formatted(
                                    jar.getFileName(),
                                    Files.size(jar),
                                    Files.getLastModifiedTime(jar).toMillis()));
        }
        return String.join(", ", jars);
    }

    private static Type type(Entry entry) {
        var d = entry.descriptor();
        return new Type(
                d.type(),
                d.aliases(),
                d.title(),
                parts(d.properties()),
                parts(d.outputs()),
                d.weight(),
                d.trigger(),
                entry.implementation());
    }

    private static List<Part> parts(List<Property> properties) {
        return properties.stream()
                .map(p ->
                        new Part(
                                p.name(),
                                p.shape(),
                                p.choices(),
                                p.title(),
                                p.required(),
                                p.defaultValue(),
                                p.late(),
                                parts(p.properties())))
                .toList();
    }

    private static Entry entry(Type t) {
        return new Entry(
                new PluginDescriptor(
                        t.type(),
                        t.aliases(),
                        t.title(),
                        properties(t.properties()),
                        properties(t.outputs()),
                        t.weight(),
                        t.trigger()),
                t.implementation());
    }

    private static List<Property> properties(List<Part> parts) {
        return parts.stream()
                .map(p ->
                        new Property(
                                p.name(),
                                Object.class,
                                p.shape(),
                                p.choices(),
                                p.title(),
                                p.required(),
                                p.defaultValue(),
                                p.late(),
                                properties(p.properties())))
                .toList();
    }
}
