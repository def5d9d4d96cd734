// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/// The folder of an execution, and what tasks of it may read.
public record ExecutionFolder(String tenant, String namespace, String flowId, String executionId) {

    /// `{namespace as path}/{flow}/executions/{id}`.
    public StoragePath path() {
        return new StoragePath(
                tenant,
                "%s/%s/executions/%s"
                        .formatted(namespace.replace('.', '/'), flowId, segment(executionId)));
    }

    /// Where a task run puts a file: in a folder that is named like the task, in small letters with
    /// `-` for `_`.
    public StoragePath ofTask(String taskId, String taskRunId, String name) {
        var folder = segment(taskId).toLowerCase(Locale.ROOT).replace('_', '-');
        return path().resolve("tasks/%s/%s/%s".formatted(folder, segment(taskRunId), name));
    }

    /// Where an input of type FILE lies.
    public StoragePath ofInput(String inputId, String fileName) {
        return path().resolve("inputs/%s/%s".formatted(segment(inputId), segment(fileName)));
    }

    /// Where a file lies that came with a webhook.
    ///
    /// @param number of the file, as two of a request may have the same name
    public StoragePath ofTrigger(int number, String fileName) {
        return path().resolve("webhook/%d/%s".formatted(number, segment(fileName)));
    }

    /// The files of the execution's namespace.
    public StoragePath namespaceFiles() {
        return new NamespaceFolder(tenant, namespace).files();
    }

    /// Checks that tasks of this execution may read a file: its own ones, those of its namespace,
    /// and those of the executions that led to it.
    ///
    /// @param ancestors the executions that started this one, of the same tenant
    /// @throws StorageAccessException if they may not
    public StoragePath readable(URI uri, List<ExecutionFolder> ancestors) {
        return readable(uri, ancestors, namespace::equals);
    }

    /// Like [#readable(URI, List)], with the files of other namespaces.
    ///
    /// @param namespaces whose files may be read
    /// @throws StorageAccessException if they may not
    public StoragePath readable(
            URI uri, List<ExecutionFolder> ancestors, Predicate<String> namespaces) {
        var path = StoragePath.of(tenant, uri);
        if (path.startsWith(path())
                || NamespaceFolder.namespaceOf(path).filter(namespaces).isPresent()
                || ancestors.stream()
                        .anyMatch(a -> a.tenant.equals(tenant) && path.startsWith(a.path()))) {
            return path;
        }
        throw new StorageAccessException(
                "Unable to read the file '%s' as it didn't belong to the current execution"
                        .formatted(uri));
    }

    /// Checks that a file is this execution's own.
    ///
    /// @throws StorageAccessException if it isn't
    public StoragePath own(URI uri) {
        var path = StoragePath.of(tenant, uri);
        if (!path.startsWith(path())) {
            throw new StorageAccessException(
                    "Expected a file of execution %s but got '%s'".formatted(executionId, uri));
        }
        return path;
    }

    private static String segment(String name) {
        if (name.contains("/")) {
            throw new StorageAccessException("Expected a name but got '%s'".formatted(name));
        }
        return name;
    }
}
