// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.trees;

import java.util.Set;

/// What is to be done with a tree.
///
/// @param namespace whose tree it is
/// @param children whether those below it belong to it
/// @param mapped whether flows get the namespace of their directory, in place of their own
/// @param kinds what of it counts: `flows`, `tests`, `files`
/// @param delete whether what the tree doesn't have is deleted
/// @param dryRun whether nothing is changed
/// @param ignoreInvalid whether what is wrong is left out, rather than all refused
/// @param managed whether nothing else may change the namespaces after it; absent in what doesn't
///   say so
/// @param pin whether the commit stays until it is released
/// @param origin where it is from
record TreeRequest(
        String namespace,
        boolean children,
        boolean mapped,
        Set<String> kinds,
        boolean delete,
        boolean dryRun,
        boolean ignoreInvalid,
        boolean managed,
        boolean pin,
        Origin origin) {
    TreeRequest {
        kinds = Set.copyOf(kinds);
    }

    boolean has(String kind) {
        return kinds.contains(kind);
    }

    /// Whether the namespace is one of the tree.
    boolean covers(String other) {
        return other.equals(namespace) || (children && other.startsWith(namespace + "."));
    }

    /// @param commit its hash; empty where it is no commit
    record Origin(String url, String branch, String commit) {}
}
