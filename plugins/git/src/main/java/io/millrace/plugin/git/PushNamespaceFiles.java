// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.Default;
import io.millrace.plugin.FilePatterns;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Commits the files of a namespace to a branch and pushes it.
@Plugin(
        type = "io.kestra.plugin.git.PushNamespaceFiles",
        title = "Push files of a namespace to a Git repository")
public final class PushNamespaceFiles
        extends GitTask<PushNamespaceFiles.Properties, PushNamespaceFiles.Outputs> {

    public record Properties(
            @Inline Remote remote,
            @Title("Directory of the repository") @Default("_files") String gitDirectory,
            @Title("Namespace; the flow's if absent") @Nullable String namespace,
            @Title("Patterns of paths; all if absent") @Nullable List<String> files,
            @Title("Whether it fails where there are none") @Default("false")
                    boolean errorOnMissing,
            @Inline Committing committing) {}

    public record Outputs(
            @Title("Commit that was pushed; absent if nothing has changed")
                    @Nullable String commitId,
            @Title("Where to look at it") @Nullable String commitURL,
            @Title("What has changed, as lines of JSON") @Nullable URI files) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var namespace = namespace(properties.namespace(), context);
        var patterns = properties.files() == null ? null : FilePatterns.of(properties.files());
        var files = of(namespace, patterns, context);
        if (files.isEmpty() && properties.errorOnMissing()) {
            throw new TaskFailedException(
                    "Expected files of namespace %s but there are none".formatted(namespace));
        }
        var outcome =
                Push.run(
                        properties
                                .committing()
                                .wish(
                                        properties.remote(),
                                        properties.gitDirectory(),
                                        files,
                                        _ -> true,
                                        patterns == null,
                                        "Push files of " + namespace),
                        settings(),
                        context);
        return new Outputs(outcome.commit(), outcome.link(), outcome.changes());
    }

    /// The files of a namespace, by their paths.
    ///
    /// @param patterns of paths; all if absent
    static Map<String, byte[]> of(
            String namespace, @Nullable FilePatterns patterns, TaskContext context)
            throws IOException, TaskFailedException {
        var store = context.stores().namespaceFiles();
        var files = new TreeMap<String, byte[]>();
        long bytes = 0;
        for (var entry : store.list(namespace)) {
            if (patterns == null || patterns.match(entry.path())) {
                try (var content = store.open(entry)) {
                    var read = content.readAllBytes();
                    bytes += read.length;
                    files.put(entry.path(), read);
                }
            }
            if (bytes > MOST_BYTES) {
                throw new TaskFailedException(
                        "Expected at most %d bytes in all files".formatted(MOST_BYTES));
            }
        }
        return files;
    }

    private static final long MOST_BYTES = 256L << 20;
}
