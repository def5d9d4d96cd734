// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Which files of a directory are meant.
///
/// @param matching the whole path fits it; absent: all
/// @param most absent: all
record Selection(
        String directory, @Nullable Pattern matching, boolean recursive, @Nullable Integer most) {
    private static final int DEEPEST = 64;

    static Selection of(
            String directory, @Nullable String regExp, boolean recursive, @Nullable Integer most)
            throws TaskFailedException {
        try {
            var pattern = regExp == null ? null : Pattern.compile(regExp);
            return new Selection(FileTask.path(directory), pattern, recursive, most);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern in regExp: " + e.getMessage(), e);
        }
    }

    List<RemoteFiles.Entry> in(RemoteFiles remote) throws IOException {
        var found = new ArrayList<RemoteFiles.Entry>();
        collect(remote, directory, found, 0);
        return found;
    }

    private void collect(RemoteFiles remote, String path, List<RemoteFiles.Entry> found, int depth)
            throws IOException {
        for (var entry : remote.list(path)) {
            if (most != null && found.size() >= most) {
                return;
            }
            if (entry.directory() && recursive && depth < DEEPEST) {
                collect(remote, entry.path(), found, depth + 1);
            } else if (matching == null || matching.matcher(entry.path()).matches()) {
                found.add(entry);
            }
        }
    }
}
