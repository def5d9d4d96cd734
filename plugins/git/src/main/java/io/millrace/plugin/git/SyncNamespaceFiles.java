// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NamespaceTrees.Kind;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.EnumSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the files of a namespace those of a directory of a repository, in one transaction.
@Plugin(
        type = "io.kestra.plugin.git.SyncNamespaceFiles",
        title = "Make the files of a namespace those of a Git repository")
public final class SyncNamespaceFiles
        extends GitTask<SyncNamespaceFiles.Properties, SyncNamespaceFiles.Outputs> {

    public record Properties(
            @Inline Remote remote,
            @Title("Directory of the files") @Default("_files") String gitDirectory,
            @Title("Namespace; the flow's if absent") @Nullable String namespace,
            @Title("Whether files that the repository doesn't have are deleted") @Default("false")
                    boolean delete,
            @Title("Whether nothing is changed") @Default("false") boolean dryRun) {}

    public record Outputs(
            @Title("Commit that was applied") String commitId,
            @Title("What changes, as lines of JSON") @Nullable URI files,
            @Title("How many things were created, updated, deleted and left as they were")
                    Map<String, Integer> counts) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var outcome =
                TreeSync.run(
                        new TreeSync.Wish(
                                properties.remote(),
                                null,
                                Map.of(TreeSync.FILES, properties.gitDirectory()),
                                namespace(properties.namespace(), context),
                                false,
                                false,
                                EnumSet.of(Kind.FILES),
                                Missing.deletedIf(properties.delete()),
                                properties.dryRun(),
                                false,
                                false),
                        settings(),
                        context);
        return new Outputs(outcome.commit(), outcome.report(), outcome.counts());
    }
}
