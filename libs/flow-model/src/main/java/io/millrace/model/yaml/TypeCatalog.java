// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.TaskTypes;
import io.millrace.model.TypeRules;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The types that flows may use.
///
/// @param types by name and by alias
/// @param closed whether a type that isn't listed is a problem
/// @param rules which of them may be used where the flow is
public record TypeCatalog(Map<String, PluginType> types, boolean closed, TypeRules rules) {
    private static final String CORE_TYPES = "core-types.txt";

    public TypeCatalog {
        types = Map.copyOf(types);
    }

    /// The core types alone, such as flow control; every other type is a problem.
    public static TypeCatalog core() {
        return new TypeCatalog(readCoreTypes(), true, TypeRules.NONE);
    }

    /// These types, too; they replace those of the same name.
    public TypeCatalog with(Collection<PluginType> more) {
        var all = new HashMap<>(types);
        for (var type : more) {
            all.put(type.name(), type);
            type.aliases().forEach(alias -> all.put(alias, type));
        }
        return new TypeCatalog(all, closed, rules);
    }

    /// Types that aren't listed are taken on trust.
    public TypeCatalog open() {
        return new TypeCatalog(types, false, rules);
    }

    /// The same types, of which only some may be used.
    TypeCatalog under(TypeRules present) {
        return new TypeCatalog(types, closed, present);
    }

    /// The present names by the older ones that plugins say of themselves.
    public Map<String, String> olderNames() {
        var names = new TreeMap<String, String>();
        types.forEach((name, type) -> {
            if (!name.equals(type.name())) {
                names.put(name, type.name());
            }
        });
        return names;
    }

    /// @param name any name of the type
    Optional<PluginType> find(String name) {
        var byName = types.get(name.strip());
        return Optional.ofNullable(byName == null ? types.get(TaskTypes.canonical(name)) : byName);
    }

    /// @param name any name of the type
    public Optional<PluginType> type(String name) {
        return find(name);
    }

    /// All types of a kind, by name.
    public List<PluginType> types(PluginType.Kind kind) {
        return types.values().stream()
                .filter(type -> type.kind() == kind)
                .distinct()
                .sorted(Comparator.comparing(PluginType::name))
                .toList();
    }

    Collection<String> names(PluginType.Kind kind) {
        return types.values().stream()
                .filter(type -> type.kind() == kind)
                .map(PluginType::name)
                .toList();
    }

    /// Lines such as `task log.Log message* level:text=INFO,WARN`; `...` stands for any property. A
    /// name that begins with `io.` is a full one.
    private static Map<String, PluginType> readCoreTypes() {
        var types = new TreeMap<String, PluginType>();
        try (var in = TypeCatalog.class.getResourceAsStream(CORE_TYPES)) {
            if (in == null) {
                throw new IllegalStateException("Expected the resource " + CORE_TYPES);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(TypeCatalog::coreType)
                    .forEach(type -> types.put(type.name(), type));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return types;
    }

    private static PluginType coreType(String line) {
        var words = line.split(" +");
        var properties = new LinkedHashMap<String, PluginType.Property>();
        boolean open = false;
        for (int i = 2; i < words.length; i++) {
            if (words[i].equals("...")) {
                open = true;
                continue;
            }
            int equals = words[i].indexOf('=');
            var word = equals < 0 ? words[i] : words[i].substring(0, equals);
            var said = equals < 0 ? "" : words[i].substring(equals + 1);
            int colon = word.indexOf(':');
            var name = colon < 0 ? word : word.substring(0, colon);
            var shape = colon < 0 ? "any" : word.substring(colon + 1);
            boolean required = name.endsWith("*");
            boolean chosen = !said.isEmpty() && !shape.equals("flag");
            properties.put(
                    required ? name.substring(0, name.length() - 1) : name,
                    new PluginType.Property(
                            Names.constant(PluginType.Shape.class, shape),
                            required,
                            "",
                            said.isEmpty() || chosen ? null : said,
                            chosen ? List.of(said.split(",")) : List.of(),
                            Map.of()));
        }
        return new PluginType(
                words[1].startsWith("io.") ? words[1] : TaskTypes.CORE + words[1],
                List.of(),
                Names.constant(PluginType.Kind.class, words[0]),
                properties,
                open);
    }
}
