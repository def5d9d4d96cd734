// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fetches files, and then does to them on the host what keeps them from being fetched again.
record Taking(
        @Title("What becomes of the files on the host: MOVE, DELETE or NONE") @Default("NONE")
                Action action,
        @Title("Where they are moved to") @Nullable String moveDirectory) {

    /// What becomes of a file on the host once it was fetched.
    public enum Action {
        MOVE,
        DELETE,
        NONE
    }

    /// @param files no directories
    /// @return those that were taken: all, or as many as could be
    List<RemoteFile> take(RemoteFiles remote, List<RemoteFiles.Entry> files, TaskContext context)
            throws IOException, TaskFailedException {
        var fetched = fetch(remote, files, context);
        return takeAway(remote, fetched, context);
    }

    /// @param files no directories
    List<RemoteFile> fetch(RemoteFiles remote, List<RemoteFiles.Entry> files, TaskContext context)
            throws IOException, TaskFailedException {
        if (action == Action.MOVE) {
            requireMovable(files);
        }
        var fetched = new ArrayList<RemoteFile>();
        long bytes = 0;
        for (var entry : files) {
            fetched.add(RemoteFile.of(entry, FileTask.fetch(remote, entry.path(), context)));
            bytes += entry.size();
        }
        context.count("files", fetched.size(), Map.of());
        context.count("bytes", (double) bytes, Map.of());
        return fetched;
    }

    /// Does to files on the host what is to become of them, once all are fetched: what was fetched
    /// is of no use if the task fails at a later file.
    ///
    /// @return those to which it was done. It ends at the first to which it can't be done: those
    ///   before it are nowhere else, and have to be told of
    /// @throws IOException if it can't be done to the first
    List<RemoteFile> takeAway(RemoteFiles remote, List<RemoteFile> fetched, TaskContext context)
            throws IOException {
        for (int i = 0; i < fetched.size(); i++) {
            var file = fetched.get(i);
            try {
                switch (action) {
                    case DELETE -> remote.delete(file.serverPath());
                    case MOVE -> remote.move(file.serverPath(), where(file));
                    case NONE -> {
                        // stays where it is
                    }
                }
            } catch (IOException e) {
                if (i == 0) {
                    throw e;
                }
                context.log()
                        .error(
                                "Only %d of %d files were taken: '%s' can't be: %s"
                                        .formatted(
                                                i,
                                                fetched.size(),
                                                file.serverPath(),
                                                e.getMessage()));
                return List.copyOf(fetched.subList(0, i));
            }
        }
        return fetched;
    }

    /// Does it to those of the files that are still there.
    void takeRest(RemoteFiles remote, List<RemoteFile> fetched, TaskContext context)
            throws IOException {
        var rest = new ArrayList<RemoteFile>();
        for (var file : fetched) {
            boolean there =
                    remote.exists(file.serverPath())
                            && remote.list(file.serverPath()).stream()
                                    .map(entry -> RemoteFile.of(entry, file.path()))
                                    .anyMatch(file::equals);
            if (there) {
                rest.add(file);
            }
        }
        takeAway(remote, rest, context);
    }

    /// Whether files stay where they were.
    boolean leaves() {
        return action == Action.NONE;
    }

    /// Where a file is on the host once it was taken.
    String where(RemoteFile file) {
        return action == Action.MOVE
                ? RemoteFiles.join(FileTask.path(String.valueOf(moveDirectory)), file.name())
                : file.serverPath();
    }

    /// They come into one directory: none may replace another.
    private void requireMovable(List<RemoteFiles.Entry> files) throws TaskFailedException {
        if (moveDirectory == null) {
            throw new TaskFailedException("Expected `moveDirectory` with action MOVE");
        }
        var places = new HashMap<String, String>();
        for (var file : files) {
            var other = places.putIfAbsent(file.name(), file.path());
            if (other != null) {
                throw new TaskFailedException(
                        "Nothing was taken: '%s' and '%s' can't both be moved to '%s'"
                                .formatted(other, file.path(), moveDirectory));
            }
        }
    }
}
