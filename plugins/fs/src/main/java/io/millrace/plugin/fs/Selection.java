// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Which files of a host are meant.
record Selection(
        @Title("Directory, or file") String from,
        @Title("What the whole path of a file fits") @Nullable String regExp,
        @Title("Whether directories below it are meant, too") @Default("false") Boolean recursive,
        @Title("How many at most") @Nullable Integer maxFiles,
        @Title(
                        "In which order, before the rest is left out: NONE, NAME_ASC, NAME_DESC, LAST_MODIFIED_ASC or LAST_MODIFIED_DESC")
                @Default("NONE")
                Sort sort) {
    private static final int DEEPEST = 64;

    /// In which order files are taken.
    public enum Sort {
        NONE,
        NAME_ASC,
        NAME_DESC,
        LAST_MODIFIED_ASC,
        LAST_MODIFIED_DESC;

        private static final Comparator<RemoteFiles.Entry> BY_NAME =
                Comparator.comparing(RemoteFiles.Entry::name);
        private static final Comparator<RemoteFiles.Entry> BY_AGE =
                Comparator.comparing(
                        entry -> entry.updated() == null ? Instant.EPOCH : entry.updated());

        private void apply(List<RemoteFiles.Entry> entries) {
            switch (this) {
                case NONE -> {
                    // as the host lists them
                }
                case NAME_ASC -> entries.sort(BY_NAME);
                case NAME_DESC -> entries.sort(BY_NAME.reversed());
                case LAST_MODIFIED_ASC -> entries.sort(BY_AGE);
                case LAST_MODIFIED_DESC -> entries.sort(BY_AGE.reversed());
            }
        }
    }

    /// @param regExp absent: everything fits
    static Pattern pattern(@Nullable String regExp) throws TaskFailedException {
        try {
            return Pattern.compile(regExp == null ? "(?s).*" : regExp);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern in regExp: " + e.getMessage(), e);
        }
    }

    List<RemoteFiles.Entry> in(RemoteFiles remote) throws IOException, TaskFailedException {
        return in(remote, _ -> true);
    }

    /// Those that are no directories.
    List<RemoteFiles.Entry> filesIn(RemoteFiles remote) throws IOException, TaskFailedException {
        return in(remote, entry -> !entry.directory());
    }

    /// Those that are no directories.
    ///
    /// @param wanted asked of each
    List<RemoteFiles.Entry> filesIn(RemoteFiles remote, Predicate<RemoteFiles.Entry> wanted)
            throws IOException, TaskFailedException {
        return in(remote, entry -> !entry.directory() && wanted.test(entry));
    }

    /// Whether so many may not be all that there are.
    boolean isCutAt(int count) {
        return maxFiles != null && count >= maxFiles;
    }

    private List<RemoteFiles.Entry> in(RemoteFiles remote, Predicate<RemoteFiles.Entry> counts)
            throws IOException, TaskFailedException {
        var pattern = pattern(regExp);
        Predicate<RemoteFiles.Entry> fits =
                entry -> pattern.matcher(entry.path()).matches() && counts.test(entry);
        var found = new ArrayList<RemoteFiles.Entry>();
        // in an order of one's own the last may be the first
        int most = maxFiles == null || sort != Sort.NONE ? Integer.MAX_VALUE : maxFiles;
        collect(remote, FileTask.path(from), fits, found, most, 0);
        sort.apply(found);
        return maxFiles == null || found.size() <= maxFiles ? found : found.subList(0, maxFiles);
    }

    private void collect(
            RemoteFiles remote,
            String path,
            Predicate<RemoteFiles.Entry> fits,
            List<RemoteFiles.Entry> found,
            int most,
            int depth)
            throws IOException {
        for (var entry : remote.list(path)) {
            if (found.size() >= most) {
                return;
            }
            if (entry.directory() && recursive && depth < DEEPEST) {
                collect(remote, entry.path(), fits, found, most, depth + 1);
            } else if (fits.test(entry)) {
                found.add(entry);
            }
        }
    }
}
