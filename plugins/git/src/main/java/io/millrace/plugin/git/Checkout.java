// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.jspecify.annotations.Nullable;

/// A commit of a repository, as it was fetched.
record Checkout(Git git, RevCommit commit) implements AutoCloseable {
    private static final long MOST_FILE_BYTES = 100L << 20;

    /// The path of what belongs to a namespace, where each has a directory.
    static final Pattern OWNED = Pattern.compile("([a-z0-9][a-z0-9._-]*)/(?:flows|files)/.+");

    /// Fetches a branch, or with a commit all of the repository.
    ///
    /// @param commit hash, at least its first seven digits; absent: the newest of the branch
    /// @throws TaskFailedException if it can't be fetched, or there is no such branch or commit
    static Checkout fetch(
            GitAccess access, String url, String branch, @Nullable String commit, Path directory)
            throws IOException, TaskFailedException {
        var ref = Constants.R_HEADS + branch;
        Git git;
        try {
            git = Git.init().setBare(true).setDirectory(directory.toFile()).call();
        } catch (GitAPIException e) {
            throw failed("The repository can't be fetched", e);
        }
        try {
            fetch(git, access, url, commit == null ? ref : null);
        } catch (GitAPIException e) {
            git.close();
            throw String.valueOf(e.getMessage()).contains("does not have " + ref)
                    ? new TaskFailedException("There is no branch '%s'".formatted(branch))
                    : failed("The repository can't be fetched", e);
        }
        try {
            var repository = git.getRepository();
            var id = repository.resolve(commit == null ? ref : commit + "^{commit}");
            if (id == null) {
                throw new TaskFailedException(
                        commit == null
                                ? "There is no branch '%s'".formatted(branch)
                                : "There is no commit '%s'".formatted(commit));
            }
            try (var walk = new RevWalk(repository)) {
                return new Checkout(git, walk.parseCommit(id));
            }
        } catch (IOException | TaskFailedException | RuntimeException e) {
            git.close();
            throw e;
        }
    }

    /// @param ref absent: all branches and tags, with all that they have had
    private static void fetch(Git git, GitAccess access, String url, @Nullable String ref)
            throws GitAPIException, IOException {
        var config = git.getRepository().getConfig();
        // it would go on in a directory that is deleted soon
        config.setInt(ConfigConstants.CONFIG_GC_SECTION, null, ConfigConstants.CONFIG_KEY_AUTO, 0);
        config.save();
        var fetch = access.with(git.fetch()).setRemote(url);
        if (ref == null) {
            fetch.setRefSpecs("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*");
        } else {
            fetch.setRefSpecs("+" + ref + ":" + ref).setDepth(1);
        }
        fetch.call();
    }

    static TaskFailedException failed(String what, Exception e) {
        return new TaskFailedException(what + ": " + e.getMessage(), e);
    }

    String id() {
        return commit.name();
    }

    /// The files of directories of the commit, as a ZIP archive.
    ///
    /// @param directories by what their paths begin with in the archive; an empty one is all of it
    /// @return how many files there are
    int archive(Map<String, String> directories, Path target)
            throws IOException, TaskFailedException {
        int count = 0;
        try (var out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (var directory : directories.entrySet()) {
                count += archive(directory(directory.getValue()), directory.getKey(), out);
            }
        }
        return count;
    }

    /// Directories that are namespaces: of each, flows or files lie in `NAMESPACE/flows` or
    /// `NAMESPACE/files`.
    ///
    /// @param directory that they lie in; an empty one is all of it
    SortedSet<String> namespaces(String directory) throws IOException {
        var namespaces = new TreeSet<String>();
        try (var walk = new TreeWalk(git.getRepository())) {
            walk.addTree(commit.getTree());
            walk.setRecursive(true);
            var prefix = directory.isEmpty() ? "" : directory + "/";
            if (!directory.isEmpty()) {
                walk.setFilter(PathFilter.create(directory));
            }
            while (walk.next()) {
                var path = walk.getPathString();
                var owned = path.startsWith(prefix) ? OWNED.matcher(path) : null;
                if (owned != null && owned.region(prefix.length(), path.length()).matches()) {
                    namespaces.add(owned.group(1));
                }
            }
        }
        return namespaces;
    }

    private int archive(String directory, String under, ZipOutputStream out)
            throws IOException, TaskFailedException {
        int count = 0;
        try (var walk = new TreeWalk(git.getRepository())) {
            walk.addTree(commit.getTree());
            walk.setRecursive(true);
            var prefix = directory.isEmpty() ? "" : directory + "/";
            if (!directory.isEmpty()) {
                walk.setFilter(PathFilter.create(directory));
            }
            while (walk.next()) {
                var mode = walk.getFileMode(0);
                boolean file = mode == FileMode.REGULAR_FILE || mode == FileMode.EXECUTABLE_FILE;
                if (!file || !walk.getPathString().startsWith(prefix)) {
                    continue; // links and submodules lead out of the tree
                }
                var path = under + walk.getPathString().substring(prefix.length());
                add(walk.getObjectId(0), path, out);
                count++;
            }
        }
        return count;
    }

    private void add(ObjectId id, String path, ZipOutputStream out)
            throws IOException, TaskFailedException {
        var blob = git.getRepository().open(id, Constants.OBJ_BLOB);
        if (blob.getSize() > MOST_FILE_BYTES) {
            throw new TaskFailedException(
                    "Expected at most %d bytes in %s".formatted(MOST_FILE_BYTES, path));
        }
        out.putNextEntry(new ZipEntry(path));
        blob.copyTo(new Unclosed(out));
        out.closeEntry();
    }

    /// A stream that stays open.
    private static final class Unclosed extends java.io.FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    @Override
    public void close() {
        git.close();
    }

    /// A path of a repository.
    ///
    /// @param directory an empty one is all of it
    static String within(String directory, String... names) {
        var path = String.join("/", names);
        return directory.isEmpty() ? path : directory + "/" + path;
    }

    /// A directory of a repository as tasks name it: without slashes at its ends.
    static String directory(@Nullable String given) throws TaskFailedException {
        var directory = given == null ? "" : given.strip().replaceAll("^[./]*/|/+$", "");
        if (directory.equals(".")) {
            return "";
        }
        if (List.of(directory.split("/")).contains("..")) {
            throw new TaskFailedException("Expected a directory of the repository");
        }
        return directory;
    }
}
