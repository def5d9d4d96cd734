// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.plugins;

import io.millrace.model.yaml.Deprecations;
import io.millrace.model.yaml.PluginType;
import io.millrace.model.yaml.PluginType.Kind;
import io.millrace.model.yaml.TypeCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The types by the packages that they come in, in the form of Kestra's clients.
final class PluginGroups {
    static final String VERSION = version();
    private static final String PREFIX = "io.kestra.plugin.";

    /// What doesn't write itself like a word.
    private static final Map<String, String> OWN_NAMES =
            Stream.of(
                            "AMQP",
                            "Argo CD",
                            "AWS",
                            "AWX",
                            "dbt",
                            "GCP",
                            "GitLab",
                            "Google Workspace",
                            "HTTP",
                            "JDBC",
                            "KV",
                            "LDAP",
                            "Microsoft 365",
                            "MinIO",
                            "MongoDB",
                            "MQTT",
                            "NATS",
                            "OpenSearch",
                            "OpenTofu",
                            "PagerDuty",
                            "S3",
                            "SNS",
                            "SQS")
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    name -> name.replace(" ", "").toLowerCase(Locale.ROOT),
                                    name -> name));

    private final TypeCatalog catalog;

    PluginGroups(TypeCatalog catalog) {
        this.catalog = catalog;
    }

    /// A plugin, or a part of one.
    ///
    /// @param group package of the plugin, such as `io.kestra.plugin.core`
    /// @param subGroup package of the part, such as `io.kestra.plugin.core.http`
    record Group(
            String name,
            String title,
            String group,
            @Nullable String subGroup,
            String version,
            Map<String, String> manifest,
            List<Element> tasks,
            List<Element> triggers,
            List<Element> conditions,
            List<Element> controllers,
            List<Element> storages,
            List<Element> secrets,
            List<Element> taskRunners,
            List<Element> apps,
            List<Element> appBlocks,
            List<Element> charts,
            List<Element> dataFilters,
            List<Element> dataFiltersKPI,
            List<Element> logExporters,
            List<Element> additionalPlugins,
            List<String> guides,
            List<String> aliases,
            List<String> categories) {}

    /// @param cls name of the type
    record Element(String cls, boolean deprecated, @Nullable String title) {}

    /// Plugins.
    List<Group> groups() {
        return by(PluginGroups::group, false);
    }

    /// Plugins, and their parts after them.
    List<Group> subgroups() {
        var all = new ArrayList<>(groups());
        all.addAll(by(PluginGroups::packageOf, true));
        return all;
    }

    private List<Group> by(Function<PluginType, String> grouping, boolean parts) {
        var types = new TreeMap<String, List<PluginType>>();
        for (var kind : Kind.values()) {
            for (var type : catalog.types(kind)) {
                types.computeIfAbsent(grouping.apply(type), _ -> new ArrayList<>()).add(type);
            }
        }
        return types.entrySet().stream()
                .map(entry -> group(entry.getKey(), parts, entry.getValue()))
                .toList();
    }

    private static Group group(String name, boolean part, List<PluginType> types) {
        var group = part ? group(types.getFirst()) : name;
        var local = name.substring(name.lastIndexOf('.') + 1);
        return new Group(
                part ? local : "plugin-" + local,
                title(local),
                group,
                part ? name : null,
                VERSION,
                Map.of("X-Kestra-Group", group, "X-Kestra-Title", title(local)),
                elements(types, Kind.TASK),
                elements(types, Kind.TRIGGER),
                elements(types, Kind.CONDITION),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                types.stream().flatMap(type -> type.aliases().stream()).sorted().toList(),
                List.of());
    }

    private static List<Element> elements(List<PluginType> types, Kind kind) {
        return types.stream()
                .filter(type -> type.kind() == kind)
                .map(type ->
                        new Element(
                                type.name(),
                                Deprecations.replacement(type.name()) != null,
                                type.title().isEmpty() ? null : type.title()))
                .toList();
    }

    private static String title(String local) {
        var own = OWN_NAMES.get(local);
        if (own != null) {
            return own;
        }
        return local.substring(0, 1).toUpperCase(Locale.ROOT) + local.substring(1);
    }

    /// Package of the plugin: the name after `io.kestra.plugin`, or that of a foreign type.
    private static String group(PluginType type) {
        var name = type.name();
        if (!name.startsWith(PREFIX)) {
            return packageOf(type);
        }
        int dot = name.indexOf('.', PREFIX.length());
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String packageOf(PluginType type) {
        int dot = type.name().lastIndexOf('.');
        return dot < 0 ? type.name() : type.name().substring(0, dot);
    }

    private static String version() {
        var version = PluginGroups.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0-SNAPSHOT" : version;
    }
}
