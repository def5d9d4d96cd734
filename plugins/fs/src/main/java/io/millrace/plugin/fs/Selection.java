// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Which files of a host are meant.
record Selection(
        @Title("Directory, or file") String from,
        @Title("What the whole path of a file fits") @Nullable String regExp,
        @Title("Whether directories below it are meant, too") @Default("false") Boolean recursive,
        @Title("How many at most") @Nullable Integer maxFiles) {
    private static final int DEEPEST = 64;

    List<RemoteFiles.Entry> in(RemoteFiles remote) throws IOException, TaskFailedException {
        Pattern pattern;
        try {
            pattern = Pattern.compile(regExp == null ? "(?s).*" : regExp);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern in regExp: " + e.getMessage(), e);
        }
        var found = new ArrayList<RemoteFiles.Entry>();
        collect(remote, FileTask.path(from), pattern, found, 0);
        return found;
    }

    private void collect(
            RemoteFiles remote,
            String path,
            Pattern pattern,
            List<RemoteFiles.Entry> found,
            int depth)
            throws IOException {
        for (var entry : remote.list(path)) {
            if (maxFiles != null && found.size() >= maxFiles) {
                return;
            }
            if (entry.directory() && recursive && depth < DEEPEST) {
                collect(remote, entry.path(), pattern, found, depth + 1);
            } else if (pattern.matcher(entry.path()).matches()) {
                found.add(entry);
            }
        }
    }
}
