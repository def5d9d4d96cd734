// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.plugin.PluginDescriptor;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The types of plugins by the family that their names begin with.
///
/// @param rows in the order of their names
record ConnectorTable(List<Row> rows) {
    private static final String CORE = "io.kestra.plugin.core.";
    private static final String TESTED = "tested-against.properties";

    /// @param family package of the types
    /// @param aliases packages by which flows may name them, too
    /// @param tested what they are tested against; absent: not said
    record Row(
            String family,
            List<String> tasks,
            List<String> triggers,
            List<String> aliases,
            @Nullable String tested) {}

    /// @param descriptors without those that no worker runs
    static ConnectorTable of(Collection<PluginDescriptor> descriptors) {
        var tested = tested();
        var families = new TreeMap<String, List<PluginDescriptor>>();
        for (var descriptor : descriptors) {
            if (descriptor.weight() > 0 && isConnector(descriptor.type())) {
                families.computeIfAbsent(family(descriptor.type()), _ -> new ArrayList<>())
                        .add(descriptor);
            }
        }
        var rows = new ArrayList<Row>();
        families.forEach((family, types) -> {
            var aliases = new TreeSet<String>();
            types.forEach(t -> t.aliases().forEach(a -> aliases.add(family(a))));
            aliases.remove(family);
            rows.add(
                    new Row(
                            family,
                            names(types, false),
                            names(types, true),
                            List.copyOf(aliases),
                            testedAgainst(family, tested)));
        });
        return new ConnectorTable(rows);
    }

    /// What reaches something outside; the rest of the core is flow control and Millrace's own
    /// stores.
    private static boolean isConnector(String type) {
        return !type.startsWith(CORE) || type.startsWith(CORE + "http.");
    }

    private static String family(String type) {
        return type.substring(0, Math.max(0, type.lastIndexOf('.')));
    }

    private static List<String> names(List<PluginDescriptor> types, boolean triggers) {
        return types.stream()
                .filter(t -> t.trigger() == triggers)
                .map(t -> t.type().substring(t.type().lastIndexOf('.') + 1))
                .sorted()
                .toList();
    }

    private static @Nullable String testedAgainst(String family, Properties tested) {
        for (var name = family; !name.isEmpty(); name = family(name)) {
            var found = tested.getProperty(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static Properties tested() {
        var properties = new Properties();
        try (var source =
                new InputStreamReader(
                        Objects.requireNonNull(ConnectorTable.class.getResourceAsStream(TESTED)),
                        StandardCharsets.UTF_8)) {
            properties.load(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    /// The page `docs/connectors.md`.
    String page() {
        var page =
                new StringBuilder(
                        """
                        # Connectors

                        What Millrace can do out of the box. Made by `./millrace plugins list --markdown`; how to add one: [plugins](plugins.md).
                        What else there is in `io.kestra.plugin.core`, such as flow control and key-values, is not listed here.

                        | types | tasks | triggers | also named | tested against |
                        | --- | --- | --- | --- | --- |
                        """);
        for (var row : rows) {
            page.append(
                    "| `%s` | %s | %s | %s | %s |\n"
                            .formatted(
                                    row.family(),
                                    String.join(", ", row.tasks()),
                                    String.join(", ", row.triggers()),
                                    quoted(row.aliases()),
                                    row.tested() == null ? "" : row.tested().replace("|", "\\|")));
        }
        return page.toString();
    }

    private static String quoted(List<String> names) {
        return String.join(", ", names.stream().map(n -> "`" + n + "`").toList());
    }
}
