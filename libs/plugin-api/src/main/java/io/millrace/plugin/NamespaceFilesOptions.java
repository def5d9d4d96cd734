// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The property `namespaceFiles`: which files of which namespaces lie in a task's working directory
/// when it starts.
///
/// @param ifExists what happens where an input file, or a file of another namespace, has the name
public record NamespaceFilesOptions(
        @Title("Whether files are put there") @Default("true") Boolean enabled,
        @Title("Patterns of what is put there; all if absent") @Nullable List<String> include,
        @Title("Patterns of what isn't") @Nullable List<String> exclude,
        @Title("Namespaces, later ones over earlier ones; the flow's own if absent")
                @Nullable List<String> namespaces,
        @Title("What happens if there is such a file: OVERWRITE, FAIL, WARN or IGNORE")
                @Default("OVERWRITE")
                IfExists ifExists,
        @Title("Whether the files of each namespace lie in a folder of its name") @Default("false")
                Boolean folderPerNamespace) {

    public enum IfExists {
        OVERWRITE,
        FAIL,
        WARN,
        IGNORE
    }

    /// Copies the files.
    ///
    /// @return how many
    public int copyTo(Path directory, TaskContext context) throws IOException, TaskFailedException {
        if (!enabled) {
            return 0;
        }
        var included = include == null || include.isEmpty() ? null : FilePatterns.of(include);
        var excluded = exclude == null || exclude.isEmpty() ? null : FilePatterns.of(exclude);
        var from =
                namespaces == null || namespaces.isEmpty()
                        ? List.of(context.taskRun().namespace())
                        : namespaces;
        int copied = 0;
        for (var namespace : from) {
            for (var file : context.stores().namespaceFiles().list(namespace)) {
                boolean wanted =
                        (included == null || included.match(file.path()))
                                && (excluded == null || !excluded.match(file.path()));
                if (wanted && copy(file, directory, context)) {
                    copied++;
                }
            }
        }
        context.log().debug("Loaded %d namespace files".formatted(copied));
        return copied;
    }

    private boolean copy(NamespaceFiles.Entry file, Path directory, TaskContext context)
            throws IOException, TaskFailedException {
        var root = folderPerNamespace ? directory.resolve(file.namespace()) : directory;
        var target = root.resolve(file.path()).normalize();
        if (!target.startsWith(root) || target.getParent() == null) {
            throw new TaskFailedException(
                    "Expected a file within the working directory but got '%s'"
                            .formatted(file.path()));
        }
        Links.refuse(directory, target);
        if (Files.exists(target)) {
            switch (ifExists) {
                case FAIL -> throw new TaskFailedException("File already exists: " + file.path());
                case WARN -> {
                    context.log().warn("File already exists, left as it is: " + file.path());
                    return false;
                }
                case IGNORE -> {
                    return false;
                }
                case OVERWRITE -> Files.delete(target);
            }
        }
        Files.createDirectories(target.getParent());
        try (var content = context.stores().namespaceFiles().open(file)) {
            Files.copy(content, target);
        }
        return true;
    }
}
