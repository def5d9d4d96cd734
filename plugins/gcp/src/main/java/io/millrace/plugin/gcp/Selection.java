// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Which objects tasks mean.
public record Selection(
        @Title("What their URIs begin with: gs://bucket/directory/") String from,
        @Title("What a whole URI fits") @Nullable String regExp,
        @Title("DIRECTORY: what lies right there; RECURSIVE: what lies below, too")
                @Default("DIRECTORY")
                ListingType listingType,
        @Title("How many at most") @Default("1000") Integer maxFiles) {

    /// How deep is looked.
    public enum ListingType {
        RECURSIVE,
        DIRECTORY
    }

    /// What of a listing counts.
    public enum Filter {
        FILES,
        DIRECTORY,
        BOTH
    }

    List<Blob> in(GcsStore store, Filter filter, boolean versions)
            throws TaskFailedException, IOException, InterruptedException {
        return in(store, filter, versions, _ -> true);
    }

    List<Blob> in(GcsStore store, Filter filter, boolean versions, Predicate<Blob> among)
            throws TaskFailedException, IOException, InterruptedException {
        var matching = pattern();
        var place = GsUri.of(from);
        var found = new ArrayList<Blob>();
        var next = "";
        do {
            var page = store.list(place, listingType == ListingType.RECURSIVE, versions, next);
            for (var blob : page.blobs()) {
                boolean wanted =
                        filter == Filter.BOTH || isDirectory(blob) == (filter == Filter.DIRECTORY);
                if (wanted
                        && (matching == null || matching.matcher(blob.uri()).matches())
                        && among.test(blob)) {
                    found.add(blob);
                    if (found.size() >= maxFiles) {
                        return found;
                    }
                }
            }
            next = page.next();
        } while (!next.isEmpty());
        return found;
    }

    private static boolean isDirectory(Blob blob) {
        return blob.directory() || blob.name().endsWith("/");
    }

    private @Nullable Pattern pattern() throws TaskFailedException {
        try {
            return regExp == null ? null : Pattern.compile(regExp);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern in regExp: " + e.getMessage(), e);
        }
    }
}
