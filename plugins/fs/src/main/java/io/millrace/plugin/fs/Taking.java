// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FilePlace;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What becomes of files on the host once they were fetched.
record Taking(
        @Title("What becomes of the files on the host: MOVE, DELETE or NONE") @Default("NONE")
                FilePlace.Action action,
        @Title("Where they are moved to") @Nullable String moveDirectory) {

    /// Where a file is on the host once it was taken.
    String where(RemoteFile file) {
        return action == FilePlace.Action.MOVE
                ? RemoteFiles.join(FileTask.path(String.valueOf(moveDirectory)), file.name())
                : file.serverPath();
    }

    /// They come into one directory: none may replace another.
    void requireMovable(List<RemoteFiles.Entry> files) throws TaskFailedException {
        if (action != FilePlace.Action.MOVE) {
            return;
        }
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
