// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

/// What is kept beside executions, as one task may see and change it: its own namespace, by what is
/// inherited those above it, and those below it. Anything else is refused with a
/// [TaskFailedException].
public interface TaskStores {

    KeyValues keyValues();

    NamespaceFiles namespaceFiles();

    ExecutionLogs logs();

    Purges purges();

    NamespaceTrees trees();
}
