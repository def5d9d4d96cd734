// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NamespaceTrees.Change;
import io.millrace.plugin.NamespaceTrees.Fault;
import io.millrace.plugin.NamespaceTrees.Kind;
import io.millrace.plugin.NamespaceTrees.Origin;
import io.millrace.plugin.NamespaceTrees.Report;
import io.millrace.plugin.NamespaceTrees.Request;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Makes the flows and files of all namespaces of a tenant those of a repository, or the other way
/// around. In the repository each namespace has a directory, with `flows` and `files`.
///
/// What the repository says is planned for all namespaces before the first is changed: something
/// that is wrong in one leaves all as they are. Each is then changed in a transaction of its own.
@Plugin(
        type = "io.kestra.plugin.git.TenantSync",
        title = "Keep all namespaces of a tenant and a Git repository alike")
public final class TenantSync extends GitTask<TenantSync.Properties, TenantSync.Outputs> {
    private static final long MOST_BYTES = 256L << 20;

    public record Properties(
            @Inline Remote remote,
            @Title("Directory of the repository; all of it if absent")
                    @Nullable String gitDirectory,
            @Title("GIT: the repository is right; KESTRA: the tenant is") @Default("KESTRA")
                    NamespaceSync.Source sourceOfTruth,
            @Title("What becomes of what the source doesn't have") @Default("DELETE")
                    Missing whenMissingInSource,
            @Title("Namespaces where nothing is deleted") @Default("[\"system\"]")
                    List<String> protectedNamespaces,
            @Title("What is done about flows that are invalid: SKIP and WARN leave them out")
                    @Default("FAIL")
                    NamespaceSync.Invalid onInvalidSyntax,
            @Title("Message of the commit") @Nullable String commitMessage,
            @Title("Name of the author") @Nullable String authorName,
            @Title("Address of the author") @Nullable String authorEmail,
            @Title("Whether nothing is changed") @Default("false") Boolean dryRun,
            @Inline Unneeded unneeded) {

        /// What isn't in the source stays where somebody protects it.
        Missing missing(String namespace) {
            return whenMissingInSource == Missing.DELETE && protectedNamespaces.contains(namespace)
                    ? Missing.KEEP
                    : whenMissingInSource;
        }

        boolean ignoreInvalid() {
            return onInvalidSyntax != NamespaceSync.Invalid.FAIL;
        }
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
        // whoever doesn't reach the tenant is told so before anything is fetched
        var namespaces = context.stores().trees().namespaces();
        return switch (properties.sourceOfTruth()) {
            case GIT -> pull(properties, base, namespaces, context);
            case KESTRA -> {
                var outcome =
                        Push.run(wish(properties, base, namespaces, context), settings(), context);
                yield new Outputs(outcome.changes(), outcome.commit(), outcome.link());
            }
        };
    }

    // ---- the repository is right

    /// A namespace and what the repository has of it.
    private record Tree(String namespace, Path archive) {}

    private Outputs pull(
            Properties properties, String base, List<String> present, TaskContext context)
            throws IOException, TaskFailedException {
        var directory = Files.createTempDirectory("git-sync");
        try (var access = GitAccess.open(properties.remote(), settings(), context);
                var checkout =
                        Checkout.fetch(
                                access,
                                properties.remote().url(),
                                TreeSync.branch(properties.remote()),
                                null,
                                directory.resolve("repository"))) {
            context.log()
                    .info(
                            "Commit %s: %s"
                                    .formatted(checkout.id(), checkout.commit().getShortMessage()));
            var trees = trees(properties, base, present, checkout, directory);
            var plan = replaced(properties, base, trees, true, checkout, context);
            TreeSync.requireSound(plan, properties.ignoreInvalid(), context);
            if (properties.whenMissingInSource() == Missing.FAIL) {
                TreeSync.requireNone(plan);
            }
            var outcome =
                    TreeSync.told(
                            properties.dryRun()
                                    ? plan
                                    : replaced(properties, base, trees, false, checkout, context),
                            properties.dryRun(),
                            checkout.id(),
                            context);
            return new Outputs(outcome.report(), outcome.commit(), null);
        } finally {
            GitAccess.delete(directory);
        }
    }

    /// @throws TaskFailedException if the repository has no namespace: then it isn't the one that
    ///   is meant, and nothing is deleted for it
    private static List<Tree> trees(
            Properties properties,
            String base,
            List<String> present,
            Checkout checkout,
            Path directory)
            throws IOException, TaskFailedException {
        var source = checkout.namespaces(base);
        if (source.isEmpty()) {
            throw new TaskFailedException(
                    "Expected directories of namespaces, with flows or files, in '%s' of commit %s but there are none"
                            .formatted(base, checkout.id()));
        }
        var all = new TreeSet<>(source);
        all.addAll(present);
        var trees = new ArrayList<Tree>();
        for (var namespace : all) {
            if (!source.contains(namespace) && properties.missing(namespace) == Missing.KEEP) {
                continue;
            }
            var archive = directory.resolve(trees.size() + ".zip");
            var directories = new LinkedHashMap<String, String>();
            directories.put(TreeSync.FLOWS, Checkout.within(base, namespace, "flows"));
            directories.put(TreeSync.FILES, Checkout.within(base, namespace, "files"));
            checkout.archive(directories, archive);
            trees.add(new Tree(namespace, archive));
        }
        return trees;
    }

    /// What all namespaces come to, in the paths of the repository.
    private static Report replaced(
            Properties properties,
            String base,
            List<Tree> trees,
            boolean dryRun,
            Checkout checkout,
            TaskContext context)
            throws IOException, TaskFailedException {
        var origin =
                new Origin(
                        TreeSync.withoutUser(properties.remote().url()),
                        TreeSync.branch(properties.remote()),
                        checkout.id());
        var changes = new ArrayList<Change>();
        var faults = new ArrayList<Fault>();
        for (var tree : trees) {
            var report =
                    context.stores()
                            .trees()
                            .replace(
                                    new Request(
                                            tree.namespace(),
                                            false,
                                            false,
                                            Set.of(Kind.FLOWS, Kind.FILES),
                                            properties.missing(tree.namespace()) != Missing.KEEP,
                                            dryRun,
                                            properties.ignoreInvalid(),
                                            false,
                                            false,
                                            origin),
                                    tree.archive());
            if (TreeSync.staysPinned(report, tree.namespace(), context)) {
                continue;
            }
            var place = Checkout.within(base, tree.namespace());
            report.changes().forEach(c -> changes.add(placed(c, place)));
            report.faults().forEach(f -> faults.add(placed(f, place)));
            if (!dryRun && !report.applied()) {
                // it was sound a moment ago: somebody else changes what it depends on
                throw new TaskFailedException(
                        "Namespace %s wasn't changed, others before it may have been: %s"
                                .formatted(
                                        tree.namespace(),
                                        faults.isEmpty() ? "" : faults.getLast().text()));
            }
        }
        return new Report(!dryRun, false, checkout.id(), changes, faults);
    }

    private static Change placed(Change change, String place) {
        return new Change(
                change.action(),
                change.kind(),
                change.namespace(),
                change.id(),
                change.path().isEmpty() ? "" : placed(change.path(), place));
    }

    private static Fault placed(Fault fault, String place) {
        return new Fault(
                placed(fault.path(), place), fault.line(), fault.column(), fault.message());
    }

    /// A path of a tree, in the repository: `_flows/a.yaml` is `NAMESPACE/flows/a.yaml`.
    private static String placed(String path, String place) {
        return Checkout.within(place, path.replaceFirst("^_(?=(flows|files)/)", ""));
    }

    // ---- the tenant is right

    private static Push.Wish wish(
            Properties properties, String base, List<String> namespaces, TaskContext context)
            throws IOException, TaskFailedException {
        var files = new TreeMap<String, byte[]>();
        long bytes = 0;
        for (var namespace : namespaces) {
            for (var part :
                    Map.of(
                                    "flows",
                                    PushFlows.of(namespace, context),
                                    "files",
                                    PushNamespaceFiles.of(namespace, null, context))
                            .entrySet()) {
                for (var file : part.getValue().entrySet()) {
                    bytes += file.getValue().length;
                    files.put(
                            Checkout.within(namespace, part.getKey(), file.getKey()),
                            file.getValue());
                }
            }
            if (bytes > MOST_BYTES) {
                throw new TaskFailedException(
                        "Expected at most %d bytes in all namespaces".formatted(MOST_BYTES));
            }
        }
        return new Push.Wish(
                properties.remote(),
                base,
                files,
                own(properties),
                properties.commitMessage() == null
                        ? "Push all namespaces"
                        : properties.commitMessage(),
                properties.authorName(),
                properties.authorEmail(),
                properties.whenMissingInSource(),
                properties.dryRun());
    }

    /// Which files of the repository are of namespaces, and may be deleted.
    private static Predicate<String> own(Properties properties) {
        return path -> {
            var owned = Checkout.OWNED.matcher(path);
            return owned.matches() && properties.missing(owned.group(1)) != Missing.KEEP;
        };
    }
}
