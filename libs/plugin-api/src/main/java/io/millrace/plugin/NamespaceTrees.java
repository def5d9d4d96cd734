// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// A namespace and those below it as one: flows, tests and files, replaced by what stands elsewhere
/// in one transaction. A task reaches its flow's namespace and those below it.
public interface NamespaceTrees {

    /// What of a tree counts.
    enum Kind {
        FLOWS,
        TESTS,
        FILES
    }

    /// Where a tree is from.
    ///
    /// @param commit its hash
    record Origin(String url, String branch, String commit) {}

    /// @param namespace whose tree it is
    /// @param children whether those below it belong to it
    /// @param mapped whether flows get the namespace of their directory, in place of their own
    /// @param delete whether what the tree doesn't have is deleted
    /// @param dryRun whether nothing is changed
    /// @param ignoreInvalid whether what is wrong is left out, rather than all refused
    /// @param managed whether nothing else may change the namespaces after it
    /// @param pin whether they stay at this commit until they are released
    record Request(
            String namespace,
            boolean children,
            boolean mapped,
            Set<Kind> kinds,
            boolean delete,
            boolean dryRun,
            boolean ignoreInvalid,
            boolean managed,
            boolean pin,
            Origin origin) {
        public Request {
            kinds = Set.copyOf(kinds);
        }
    }

    /// @param action `create`, `update`, `delete`, `unchanged` or `skip`
    /// @param kind `flow`, `test` or `file`
    /// @param path in the tree; empty for what is deleted
    record Change(String action, String kind, String namespace, String id, String path) {}

    /// @param line from 1; 0 if it is the file as a whole
    record Fault(String path, int line, int column, String message) {
        /// As compilers write it.
        public String text() {
            return line == 0
                    ? path + ": " + message
                    : "%s:%d:%d: %s".formatted(path, line, column, message);
        }
    }

    /// @param applied whether the namespaces are so now
    /// @param pinned whether they were rolled back, and stay there
    /// @param commit of which the namespaces are now
    /// @param faults what is wrong with the tree
    record Report(
            boolean applied,
            boolean pinned,
            String commit,
            List<Change> changes,
            List<Fault> faults) {
        public Report {
            changes = List.copyOf(changes);
            faults = List.copyOf(faults);
        }
    }

    /// Makes namespaces what a tree says: all or nothing.
    ///
    /// @param archive a ZIP archive with the layout of a repository
    Report replace(Request request, Path archive) throws IOException, TaskFailedException;

    /// A flow's newest revision.
    record FlowSource(String namespace, String id, String source) {}

    List<FlowSource> flows(String namespace, boolean children) throws TaskFailedException;

    /// Namespaces of the tenant in which there are flows or files, in order.
    ///
    /// @throws TaskFailedException unless the task reaches all of its tenant
    List<String> namespaces() throws TaskFailedException;
}
