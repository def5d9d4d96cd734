// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.settings;

import io.millrace.model.TypeRules;
import io.millrace.model.WorkerGroup;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a namespace allows.
///
/// @param allowedTypes patterns of types that its flows may use; empty: all
/// @param forbiddenTypes patterns of types that they may not
/// @param allowedNamespaces whose flows may use its flows, files, keys and ends of executions, with
///   all below each; absent: what those above it say
/// @param workerGroup which workers run what doesn't say so itself; absent: what those above it say
public record NamespaceRules(
        List<String> allowedTypes,
        List<String> forbiddenTypes,
        @Nullable List<String> allowedNamespaces,
        @Nullable WorkerGroup workerGroup) {
    /// Nothing is said.
    public static final NamespaceRules NONE = new NamespaceRules(List.of(), List.of(), null, null);

    public NamespaceRules {
        allowedTypes = List.copyOf(allowedTypes);
        forbiddenTypes = List.copyOf(forbiddenTypes);
        allowedNamespaces = allowedNamespaces == null ? null : List.copyOf(allowedNamespaces);
    }

    /// What all of a chain say of types.
    ///
    /// @param chain the nearest first
    /// @param names older names of types
    public static TypeRules types(List<NamespaceSettings> chain, Map<String, String> names) {
        var levels =
                chain.stream()
                        .filter(s ->
                                !s.rules().allowedTypes().isEmpty()
                                        || !s.rules().forbiddenTypes().isEmpty())
                        .map(s ->
                                new TypeRules.Level(
                                        s.id(),
                                        s.rules().allowedTypes(),
                                        s.rules().forbiddenTypes()))
                        .collect(Collectors.toUnmodifiableList());
        return levels.isEmpty() ? TypeRules.NONE : new TypeRules(levels, names);
    }

    /// Who may use what is in the first namespace of a chain: the nearest that says so counts.
    ///
    /// @return absent if none says so
    public static @Nullable List<String> users(List<NamespaceSettings> chain) {
        return chain.stream()
                .map(s -> s.rules().allowedNamespaces())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /// Which workers run what is in the first namespace of a chain: the nearest that says so
    /// counts.
    ///
    /// @return absent if none says so
    public static @Nullable WorkerGroup workerGroup(List<NamespaceSettings> chain) {
        return chain.stream()
                .map(s -> s.rules().workerGroup())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
