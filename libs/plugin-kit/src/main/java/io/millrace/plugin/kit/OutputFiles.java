// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Files of a directory that are stored when what a task runs has ended (`outputFiles`).
public final class OutputFiles {
    private OutputFiles() {}

    /// @param patterns of their paths in the directory
    /// @return where they are stored, by path
    public static Map<String, URI> store(
            @Nullable List<String> patterns, Path directory, TaskContext context)
            throws IOException {
        if (patterns == null || patterns.isEmpty()) {
            return Map.of();
        }
        var matchers =
                patterns.stream()
                        .map(p -> p.startsWith("./") ? p.substring(2) : p)
                        .map(p -> FileSystems.getDefault().getPathMatcher("glob:" + p))
                        .toList();
        var stored = new LinkedHashMap<String, URI>();
        List<Path> files;
        try (var walk = Files.walk(directory)) {
            files =
                    walk.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                            .sorted()
                            .toList();
        }
        for (var file : files) {
            var name = directory.relativize(file);
            if (matchers.stream().anyMatch(m -> m.matches(name))) {
                try (var content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                    stored.put(name.toString(), context.files().put(name.toString(), content));
                }
            }
        }
        return stored;
    }
}
