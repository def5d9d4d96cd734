// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.trees;

import java.util.List;

/// What became of a tree, or would.
///
/// @param applied whether the namespaces are so now
/// @param pinned whether they were rolled back to another commit, and stay there
/// @param commit of which the namespaces are now
/// @param faults what is wrong with the tree: then nothing is applied
record TreeReport(
        boolean applied, boolean pinned, String commit, List<Change> changes, List<Fault> faults) {
    TreeReport {
        changes = List.copyOf(changes);
        faults = List.copyOf(faults);
    }

    /// @param action `create`, `update`, `delete`, `unchanged` or `skip`
    /// @param kind `flow`, `test` or `file`
    /// @param path in the tree; empty for what is deleted
    record Change(String action, String kind, String namespace, String id, String path) {}

    /// @param line from 1; 0 if it is the file as a whole
    record Fault(String path, int line, int column, String message) {
        String text() {
            return line == 0
                    ? path + ": " + message
                    : "%s:%d:%d: %s".formatted(path, line, column, message);
        }
    }
}
