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

/// Makes the flows of a namespace those of a directory of a repository, in one transaction. They
/// get the target namespace, in directories below it one below that.
@Plugin(
        type = "io.kestra.plugin.git.SyncFlows",
        title = "Make the flows of a namespace those of a Git repository")
public final class SyncFlows extends GitTask<SyncFlows.Properties, SyncFlows.Outputs> {

    public record Properties(
            @Inline Remote remote,
            @Title("Directory of the flows") @Default("_flows") String gitDirectory,
            @Title("Namespace of the flows") String targetNamespace,
            @Title("Whether directories are namespaces below it") @Default("false")
                    boolean includeChildNamespaces,
            @Title("Whether flows that the repository doesn't have are deleted") @Default("false")
                    boolean delete,
            @Title("Whether flows that are invalid are left out") @Default("false")
                    boolean ignoreInvalidFlows,
            @Title("Whether nothing is changed") @Default("false") boolean dryRun) {}

    public record Outputs(
            @Title("Commit that was applied") String commitId,
            @Title("What changes, as lines of JSON") @Nullable URI flows,
            @Title("How many things were created, updated, deleted and left as they were")
                    Map<String, Integer> counts) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var outcome =
                TreeSync.run(
                        new TreeSync.Wish(
                                properties.remote(),
                                null,
                                Map.of("", properties.gitDirectory()),
                                properties.targetNamespace(),
                                properties.includeChildNamespaces(),
                                true,
                                EnumSet.of(Kind.FLOWS),
                                Missing.deletedIf(properties.delete()),
                                properties.dryRun(),
                                properties.ignoreInvalidFlows(),
                                false),
                        settings(),
                        context);
        return new Outputs(outcome.commit(), outcome.report(), outcome.counts());
    }
}
