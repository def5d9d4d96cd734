// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.namespace;

import io.millrace.plugin.FilePatterns;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the tasks of this package share.
final class Patterns {
    private Patterns() {}

    /// @param given a pattern, or a list of such
    static FilePatterns of(Object given) throws TaskFailedException {
        return switch (given) {
            case String pattern -> FilePatterns.of(List.of(pattern));
            case List<?> patterns ->
                    FilePatterns.of(patterns.stream().map(String::valueOf).toList());
            default ->
                    throw new TaskFailedException(
                            "The files property must be a string or a list of strings");
        };
    }

    static String namespace(@Nullable String given, TaskContext context) {
        return given == null ? context.taskRun().namespace() : given;
    }

    static List<NamespaceFiles.Entry> matching(
            String namespace, Object patterns, TaskContext context)
            throws IOException, TaskFailedException {
        var wanted = of(patterns);
        var found = new ArrayList<NamespaceFiles.Entry>();
        for (var file : context.stores().namespaceFiles().list(namespace)) {
            if (wanted.match(file.path())) {
                found.add(file);
            }
        }
        return found;
    }
}
