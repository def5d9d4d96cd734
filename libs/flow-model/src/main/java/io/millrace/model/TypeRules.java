// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which types of tasks and triggers the flows of a namespace may use. Each of the namespaces above
/// it has a say, and none takes back what another has refused: who may edit a namespace can't give
/// himself what those above have kept from him.
///
/// @param levels what is set for the namespace and for those above it, the nearest first
/// @param names the present names of types by their older ones, as far as [TaskTypes#canonical]
///   doesn't know them
public record TypeRules(List<Level> levels, Map<String, String> names) {
    /// Everything is allowed.
    public static final TypeRules NONE = new TypeRules(List.of(), Map.of());

    /// Flow control does nothing by itself. It needs no permission, but can be forbidden.
    private static final String CONTROL = TaskTypes.CORE + "flow.";

    public TypeRules {
        levels = List.copyOf(levels);
        names = Map.copyOf(names);
    }

    /// What one namespace says. A pattern is the name of a type, or the beginning of one with `*`.
    ///
    /// @param allowed if there are any, types that none of them fits are refused
    /// @param forbidden what is refused in any case
    public record Level(String namespace, List<String> allowed, List<String> forbidden) {
        public Level {
            allowed = List.copyOf(allowed);
            forbidden = List.copyOf(forbidden);
        }

        boolean refuses(String type) {
            return forbids(type)
                    || (!allowed.isEmpty()
                            && !type.startsWith(CONTROL)
                            && allowed.stream().noneMatch(p -> fits(p, type)));
        }

        boolean forbids(String type) {
            return forbidden.stream().anyMatch(p -> fits(p, type));
        }
    }

    /// Whether a pattern can fit any type.
    public static boolean isPattern(String text) {
        int star = text.indexOf('*');
        return !text.isBlank()
                && text.length() <= 256
                && text.chars().noneMatch(Character::isWhitespace)
                && (star < 0 || star == text.length() - 1);
    }

    private static boolean fits(String pattern, String type) {
        return pattern.endsWith("*")
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : TaskTypes.canonical(pattern).equals(type);
    }

    /// @param type any name of it
    /// @return why a type may not be used; empty if it may
    public Optional<String> refusal(String type) {
        return refusal(type, false);
    }

    /// The same for what a task uses beside its own type, such as its task runner: that is refused
    /// where it is forbidden, and needs no permission of its own.
    public Optional<String> refusalOfPart(String type) {
        return refusal(type, true);
    }

    private Optional<String> refusal(String type, boolean part) {
        if (levels.isEmpty()) {
            return Optional.empty();
        }
        var canonical = TaskTypes.canonical(type);
        var name = names.getOrDefault(canonical, canonical);
        return levels.stream()
                .filter(level -> part ? level.forbids(name) : level.refuses(name))
                .findFirst()
                .map(level ->
                        "The type %s isn't allowed in namespace %s"
                                .formatted(name, level.namespace()));
    }
}
