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
    List<RemoteFile> take(RemoteFiles remote, List<RemoteFiles.Entry> files, TaskContext context)
            throws IOException, TaskFailedException {
        if (action == Action.MOVE) {
            requireMovable(files);
        }
        var taken = new ArrayList<RemoteFile>();
        long bytes = 0;
        for (var entry : files) {
            taken.add(RemoteFile.of(entry, FileTask.fetch(remote, entry.path(), context)));
            bytes += entry.size();
        }
        // only now: what was fetched is of no use if the task fails at a later file
        for (var file : taken) {
            switch (action) {
                case DELETE -> remote.delete(file.serverPath());
                case MOVE -> remote.move(file.serverPath(), where(file));
                case NONE -> {
                    // stays where it is
                }
            }
        }
        context.count("files", taken.size(), Map.of());
        context.count("bytes", (double) bytes, Map.of());
        return taken;
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
