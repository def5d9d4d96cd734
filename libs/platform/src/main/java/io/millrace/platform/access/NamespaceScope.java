// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.List;

/// The namespaces in which a caller has a permission, for queries over many.
///
/// @param all whether it is the whole tenant
/// @param prefixes else: these namespaces and all below them
public record NamespaceScope(boolean all, List<String> prefixes) {
    public NamespaceScope {
        prefixes = List.copyOf(prefixes);
    }

    public boolean contains(String namespace) {
        return all
                || prefixes.stream()
                        .anyMatch(p -> namespace.equals(p) || namespace.startsWith(p + "."));
    }

    public boolean isEmpty() {
        return !all && prefixes.isEmpty();
    }

    /// As `like` patterns over `namespace || '.'`: `where namespace || '.' like any (:patterns)`.
    public String[] likePatterns() {
        return all
                ? new String[] {"%"}
                : prefixes.stream()
                        .map(p -> p.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%"))
                        .map(p -> p + ".%")
                        .toArray(String[]::new);
    }
}
