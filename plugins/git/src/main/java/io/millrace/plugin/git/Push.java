// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Commits files to a branch, which is made if it isn't there, and pushes it.
final class Push {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Push() {}

    /// What is wanted of it.
    ///
    /// @param files by their paths in the directory
    /// @param own which other files of the directory may be deleted
    record Wish(
            Remote remote,
            String directory,
            Map<String, byte[]> files,
            Predicate<String> own,
            String message,
            @Nullable String authorName,
            @Nullable String authorEmail,
            Missing missing,
            boolean dryRun) {}

    /// @param commit absent if nothing has changed
    /// @param link absent where it isn't known
    record Outcome(@Nullable String commit, @Nullable String link, @Nullable URI changes) {}

    private record Change(String action, String file) {}

    static Outcome run(Wish wish, PluginSettings settings, TaskContext context)
            throws IOException, TaskFailedException {
        var directory = Files.createTempDirectory("git-push");
        try (var access = GitAccess.open(wish.remote(), settings, context);
                var git = cloned(wish, access, directory.resolve("repository"))) {
            var changes = written(wish, git);
            changes.forEach(c -> context.log().info("%-6s %s".formatted(c.action(), c.file())));
            var stored = stored(changes, context);
            if (changes.isEmpty() || wish.dryRun()) {
                context.log().info(changes.isEmpty() ? "Nothing has changed" : "Nothing is pushed");
                return new Outcome(null, null, stored);
            }
            var commit = pushed(wish, git, access);
            return new Outcome(commit, link(wish.remote().url(), commit), stored);
        } catch (GitAPIException e) {
            throw Checkout.failed("The repository can't be written", e);
        } finally {
            GitAccess.delete(directory);
        }
    }

    private static Git cloned(Wish wish, GitAccess access, Path directory)
            throws GitAPIException, IOException {
        var git =
                access.with(Git.cloneRepository())
                        .setURI(wish.remote().url())
                        .setDirectory(directory.toFile())
                        .call();
        var branch = TreeSync.branch(wish.remote());
        var repository = git.getRepository();
        var remote = repository.resolve(Constants.R_REMOTES + "origin/" + branch);
        if (branch.equals(repository.getBranch()) && remote != null) {
            return git;
        }
        if (remote != null) {
            git.checkout()
                    .setName(branch)
                    .setCreateBranch(repository.resolve(Constants.R_HEADS + branch) == null)
                    .setStartPoint("origin/" + branch)
                    .setForced(true)
                    .call();
        } else if (repository.resolve(Constants.HEAD) != null) {
            git.checkout().setName(branch).setCreateBranch(true).setForced(true).call();
        } else {
            repository.updateRef(Constants.HEAD).link(Constants.R_HEADS + branch);
        }
        return git;
    }

    private static List<Change> written(Wish wish, Git git)
            throws IOException, TaskFailedException, GitAPIException {
        var work = git.getRepository().getWorkTree().toPath().toRealPath();
        var name = Checkout.directory(wish.directory());
        var target = name.isEmpty() ? work : work.resolve(name);
        Files.createDirectories(target);
        if (!target.toRealPath().startsWith(work)) {
            throw new TaskFailedException("Expected a directory of the repository");
        }
        var prefix = name.isEmpty() ? "" : name + "/";
        var changes = new ArrayList<Change>();
        for (var file : wish.files().entrySet()) {
            var path = target.resolve(file.getKey()).normalize();
            if (!path.startsWith(target)) {
                throw new TaskFailedException("Expected a path below the directory");
            }
            boolean there = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
            if (there && Arrays.equals(Files.readAllBytes(path), file.getValue())) {
                continue;
            }
            Files.createDirectories(path.getParent());
            Files.deleteIfExists(path);
            Files.write(path, file.getValue());
            git.add().addFilepattern(prefix + file.getKey()).call();
            changes.add(new Change(there ? "update" : "create", prefix + file.getKey()));
        }
        if (wish.missing() != Missing.KEEP) {
            for (var path : others(wish, target)) {
                if (wish.missing() == Missing.FAIL) {
                    throw new TaskFailedException(
                            "Nothing was pushed: the namespace lacks '%s', which the repository has"
                                    .formatted(prefix + path));
                }
                git.rm().addFilepattern(prefix + path).call();
                changes.add(new Change("delete", prefix + path));
            }
        }
        return changes;
    }

    private static Set<String> others(Wish wish, Path target) throws IOException {
        var others = new TreeSet<String>();
        try (var walk = Files.walk(target)) {
            walk.filter(p -> Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS))
                    .map(p -> target.relativize(p).toString())
                    .filter(p -> !p.startsWith(".git/") && !wish.files().containsKey(p))
                    .filter(wish.own())
                    .forEach(others::add);
        }
        return others;
    }

    private static String pushed(Wish wish, Git git, GitAccess access)
            throws GitAPIException, TaskFailedException {
        var author =
                new PersonIdent(
                        wish.authorName() == null ? "Millrace" : wish.authorName(),
                        wish.authorEmail() == null ? "millrace@localhost" : wish.authorEmail());
        var commit =
                git.commit()
                        .setMessage(wish.message())
                        .setAuthor(author)
                        .setCommitter(author)
                        .setSign(false)
                        .call();
        var ref = Constants.R_HEADS + TreeSync.branch(wish.remote());
        for (var result :
                access.with(git.push())
                        .setRemote("origin")
                        .setRefSpecs(new RefSpec("HEAD:" + ref))
                        .call()) {
            for (var update : result.getRemoteUpdates()) {
                if (update.getStatus() != RemoteRefUpdate.Status.OK
                        && update.getStatus() != RemoteRefUpdate.Status.UP_TO_DATE) {
                    throw new TaskFailedException(
                            "The push was refused: %s %s"
                                    .formatted(update.getStatus(), update.getMessage()));
                }
            }
        }
        return commit.name();
    }

    /// Where GitHub, GitLab and the like show a commit.
    private static @Nullable String link(String url, String commit) {
        if (!url.startsWith("http")) {
            return null;
        }
        var base = TreeSync.withoutUser(url).replaceFirst("[.]git/?$", "");
        return base + (base.contains("gitlab") ? "/-/commit/" : "/commit/") + commit;
    }

    private static @Nullable URI stored(List<Change> changes, TaskContext context)
            throws IOException {
        if (changes.isEmpty()) {
            return null;
        }
        var lines = new StringBuilder();
        changes.forEach(c -> lines.append(JSON.writeValueAsString(c)).append('\n'));
        return context.files()
                .put(
                        "changes.jsonl",
                        new ByteArrayInputStream(
                                lines.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
