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

/// Makes a namespace and those below it what a commit says: flows, tests and files, in one
/// transaction. With `commit` it rolls back, and stays there until it is released.
@Plugin(type = "io.millrace.plugin.git.Sync", title = "Make a namespace what a Git repository says")
public final class Sync extends GitTask<Sync.Properties, Sync.Outputs> {

    public record Properties(
            @Inline Remote remote,
            @Title("Commit to roll back to; the newest of the branch if absent")
                    @Nullable String commit,
            @Title("Directory of the repository") @Default("") @Nullable String gitDirectory,
            @Title("Namespace; the flow's if absent") @Nullable String namespace,
            @Title("Whether what the repository doesn't have is deleted") @Default("true")
                    boolean delete,
            @Title("Whether nothing is changed") @Default("false") boolean dryRun,
            @Title("Whether nothing else may change the namespaces after it") @Default("false")
                    boolean managed) {}

    public record Outputs(
            @Title("Commit that was applied") String commitId,
            @Title("What changes, as lines of JSON") @Nullable URI changes,
            @Title("How many things were created, updated, deleted and left as they were")
                    Map<String, Integer> counts) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var outcome =
                TreeSync.run(
                        new TreeSync.Wish(
                                properties.remote(),
                                properties.commit() == null || properties.commit().isBlank()
                                        ? null
                                        : properties.commit(),
                                Map.of(
                                        "",
                                        properties.gitDirectory() == null
                                                ? ""
                                                : properties.gitDirectory()),
                                namespace(properties.namespace(), context),
                                true,
                                false,
                                EnumSet.allOf(Kind.class),
                                Missing.deletedIf(properties.delete()),
                                properties.dryRun(),
                                false,
                                properties.managed()),
                        settings(),
                        context);
        return new Outputs(outcome.commit(), outcome.report(), outcome.counts());
    }
}
