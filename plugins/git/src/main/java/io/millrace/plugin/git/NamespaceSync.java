// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NamespaceTrees.Kind;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the flows and files of a namespace those of a repository, or the other way around. In the
/// repository they lie in `NAMESPACE/flows` and `NAMESPACE/files`.
@Plugin(
        type = "io.kestra.plugin.git.NamespaceSync",
        title = "Keep flows and files of a namespace and a Git repository alike")
public final class NamespaceSync extends GitTask<NamespaceSync.Properties, NamespaceSync.Outputs> {

    public record Properties(
            @Inline Remote remote,
            @Title("Directory of the repository; all of it if absent")
                    @Nullable String gitDirectory,
            @Title("Namespace") String namespace,
            @Title("GIT: the repository is right; KESTRA: the namespace is") @Default("KESTRA")
                    Source sourceOfTruth,
            @Title("What becomes of what the source doesn't have") @Default("DELETE")
                    Missing whenMissingInSource,
            @Title("Namespaces where nothing is deleted") @Default("[\"system\"]")
                    List<String> protectedNamespaces,
            @Title("What is done about flows that are invalid: SKIP and WARN leave them out")
                    @Default("FAIL")
                    Invalid onInvalidSyntax,
            @Title("Message of the commit") @Nullable String commitMessage,
            @Title("Name of the author") @Nullable String authorName,
            @Title("Address of the author") @Nullable String authorEmail,
            @Title("Whether nothing is changed") @Default("false") Boolean dryRun,
            @Inline Unneeded unneeded) {

        /// What isn't in the source stays where somebody protects it.
        Missing missing() {
            return whenMissingInSource == Missing.DELETE && protectedNamespaces.contains(namespace)
                    ? Missing.KEEP
                    : whenMissingInSource;
        }
    }

    /// Which side is right.
    public enum Source {
        GIT,
        KESTRA
    }

    /// What is done about invalid flows.
    public enum Invalid {
        SKIP,
        WARN,
        FAIL
    }

    public record Outputs(
            @Title("What changes, as lines of JSON") @Nullable URI diff,
            @Title("Commit that was applied or pushed; absent if nothing has changed")
                    @Nullable String commitId,
            @Title("Where to look at one that was pushed") @Nullable String commitURL) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        properties.unneeded().check();
        var base = Checkout.directory(properties.gitDirectory());
        var directory = (base.isEmpty() ? "" : base + "/") + properties.namespace();
        return switch (properties.sourceOfTruth()) {
            case GIT -> {
                var outcome = TreeSync.run(wish(properties, directory), settings(), context);
                yield new Outputs(outcome.report(), outcome.commit(), null);
            }
            case KESTRA -> {
                var outcome = Push.run(push(properties, directory, context), settings(), context);
                yield new Outputs(outcome.changes(), outcome.commit(), outcome.link());
            }
        };
    }

    private static TreeSync.Wish wish(Properties properties, String directory) {
        var directories = new LinkedHashMap<String, String>();
        directories.put(TreeSync.FLOWS, directory + "/flows");
        directories.put(TreeSync.FILES, directory + "/files");
        return new TreeSync.Wish(
                properties.remote(),
                null,
                directories,
                properties.namespace(),
                false,
                false,
                EnumSet.of(Kind.FLOWS, Kind.FILES),
                properties.missing(),
                properties.dryRun(),
                properties.onInvalidSyntax() != Invalid.FAIL,
                false);
    }

    private static Push.Wish push(Properties properties, String directory, TaskContext context)
            throws IOException, TaskFailedException {
        var namespace = properties.namespace();
        var files = new LinkedHashMap<String, byte[]>();
        PushFlows.of(namespace, context)
                .forEach((path, source) -> files.put("flows/" + path, source));
        PushNamespaceFiles.of(namespace, null, context)
                .forEach((path, content) -> files.put("files/" + path, content));
        return new Push.Wish(
                properties.remote(),
                directory,
                files,
                path -> path.startsWith("flows/") || path.startsWith("files/"),
                properties.commitMessage() == null
                        ? "Push namespace " + namespace
                        : properties.commitMessage(),
                properties.authorName(),
                properties.authorEmail(),
                properties.missing(),
                properties.dryRun());
    }
}
