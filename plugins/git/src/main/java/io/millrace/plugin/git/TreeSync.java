// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.NamespaceTrees.Change;
import io.millrace.plugin.NamespaceTrees.Fault;
import io.millrace.plugin.NamespaceTrees.Kind;
import io.millrace.plugin.NamespaceTrees.Origin;
import io.millrace.plugin.NamespaceTrees.Report;
import io.millrace.plugin.NamespaceTrees.Request;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Makes namespaces what a commit of a repository says, and tells the user what that comes to.
final class TreeSync {
    /// Where the files of a namespace lie in a tree.
    static final String FILES = "_files/";

    /// Where its flows may lie.
    static final String FLOWS = "_flows/";

    private static final JsonMapper JSON = JsonMapper.shared();

    private TreeSync() {}

    /// What is wanted of it.
    ///
    /// @param commit absent: the newest of the branch
    /// @param directories of the repository, by what their paths begin with in a tree
    record Wish(
            Remote remote,
            @Nullable String commit,
            Map<String, String> directories,
            String namespace,
            boolean children,
            boolean mapped,
            Set<Kind> kinds,
            Missing missing,
            boolean dryRun,
            boolean ignoreInvalid,
            boolean managed) {}

    /// @param report URI of what changes, as lines of JSON
    record Outcome(
            Report result, String commit, @Nullable URI report, Map<String, Integer> counts) {}

    static Outcome run(Wish wish, PluginSettings settings, TaskContext context)
            throws IOException, TaskFailedException {
        var directory = Files.createTempDirectory("git-sync");
        try (var access = GitAccess.open(wish.remote(), settings, context);
                var checkout =
                        Checkout.fetch(
                                access,
                                wish.remote().url(),
                                branch(wish.remote()),
                                wish.commit(),
                                directory.resolve("repository"))) {
            var archive = directory.resolve("tree.zip");
            if (checkout.archive(wish.directories(), archive) == 0) {
                throw new TaskFailedException(
                        "Expected files in '%s' of commit %s but there are none"
                                .formatted(
                                        String.join("', '", wish.directories().values()),
                                        checkout.id()));
            }
            context.log()
                    .info(
                            "Commit %s: %s"
                                    .formatted(checkout.id(), checkout.commit().getShortMessage()));
            if (wish.missing() == Missing.FAIL) {
                requireNone(
                        context.stores().trees().replace(request(wish, true, checkout), archive));
            }
            var report =
                    context.stores()
                            .trees()
                            .replace(request(wish, wish.dryRun(), checkout), archive);
            if (staysPinned(report, wish.namespace(), context)) {
                return new Outcome(report, report.commit(), null, Map.of());
            }
            return told(report, wish.dryRun(), wish.ignoreInvalid(), checkout.id(), context);
        } finally {
            GitAccess.delete(directory);
        }
    }

    private static Request request(Wish wish, boolean dryRun, Checkout checkout) {
        return new Request(
                wish.namespace(),
                wish.children(),
                wish.mapped(),
                wish.kinds(),
                wish.missing() != Missing.KEEP,
                dryRun,
                wish.ignoreInvalid(),
                wish.managed(),
                wish.commit() != null,
                new Origin(withoutUser(wish.remote().url()), branch(wish.remote()), checkout.id()));
    }

    /// @param report of a plan that deletes what the repository doesn't have
    static void requireNone(Report report) throws TaskFailedException {
        var missing = report.changes().stream().filter(c -> c.action().equals("delete")).toList();
        if (!missing.isEmpty()) {
            throw new TaskFailedException(
                    "Nothing was applied: the repository lacks %d things that the namespace has, first %s"
                            .formatted(missing.size(), missing.getFirst().id()));
        }
    }

    static String branch(Remote remote) {
        return remote.branch() == null || remote.branch().isBlank() ? "main" : remote.branch();
    }

    /// A password in a URL is nobody else's business.
    static String withoutUser(String url) {
        return url.replaceFirst("^(https?://)[^/]*@", "$1");
    }

    /// Whether a namespace isn't changed because it was rolled back.
    static boolean staysPinned(Report report, String namespace, TaskContext context) {
        if (!report.pinned() || report.applied()) {
            return false;
        }
        context.log()
                .warn(
                        "Namespace %s was rolled back to %s and stays there until it is released"
                                .formatted(namespace, report.commit()));
        context.endWithWarning();
        return true;
    }

    /// @throws TaskFailedException if something is wrong with the tree, unless that is left out
    static void requireSound(Report report, boolean ignoreInvalid, TaskContext context)
            throws TaskFailedException {
        report.faults().stream().map(Fault::text).forEach(context.log()::error);
        if (!report.faults().isEmpty() && !ignoreInvalid) {
            throw new TaskFailedException(
                    "Nothing was applied: %d things are wrong, first %s"
                            .formatted(report.faults().size(), report.faults().getFirst().text()));
        }
        if (!report.faults().isEmpty()) {
            context.endWithWarning();
        }
    }

    private static Outcome told(
            Report report,
            boolean dryRun,
            boolean ignoreInvalid,
            String commit,
            TaskContext context)
            throws IOException, TaskFailedException {
        requireSound(report, ignoreInvalid, context);
        return told(report, dryRun, commit, context);
    }

    static Outcome told(Report report, boolean dryRun, String commit, TaskContext context)
            throws IOException {
        var counts = new TreeMap<String, Integer>();
        for (var change : report.changes()) {
            counts.merge(change.action(), 1, Integer::sum);
            if (!change.action().equals("unchanged")) {
                context.log().info(line(change));
            }
        }
        context.log()
                .info(
                        "%s %s"
                                .formatted(
                                        dryRun ? "Would apply" : "Applied",
                                        counts.isEmpty() ? "nothing" : counts));
        return new Outcome(report, commit, stored(report.changes(), context), counts);
    }

    private static String line(Change change) {
        return "%-6s %s %s/%s"
                .formatted(change.action(), change.kind(), change.namespace(), change.id());
    }

    private static URI stored(List<Change> changes, TaskContext context) throws IOException {
        var lines = new StringBuilder();
        changes.forEach(c -> lines.append(JSON.writeValueAsString(c)).append('\n'));
        return context.files()
                .put(
                        "changes.jsonl",
                        new ByteArrayInputStream(
                                lines.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
