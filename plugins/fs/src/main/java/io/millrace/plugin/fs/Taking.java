// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FilePlace;
import org.jspecify.annotations.Nullable;

/// What becomes of files on the host once they were fetched.
record Taking(
        @Title("What becomes of the files on the host: MOVE, DELETE or NONE") @Default("NONE")
                FilePlace.Action action,
        @Title("Where they are moved to") @Nullable String moveDirectory) {

    /// @throws TaskFailedException if they are to be moved and nobody says where to
    void requireTarget() throws TaskFailedException {
        if (action == FilePlace.Action.MOVE && moveDirectory == null) {
            throw new TaskFailedException("Expected `moveDirectory` with action MOVE");
        }
    }

    /// Where a file is on the host once it was taken.
    String where(RemoteFile file) {
        return action == FilePlace.Action.MOVE
                ? RemoteFiles.join(FileTask.path(String.valueOf(moveDirectory)), file.name())
                : file.serverPath();
    }
}
