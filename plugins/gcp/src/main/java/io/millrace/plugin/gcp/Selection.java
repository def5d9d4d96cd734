// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /// What becomes of an object once it was fetched.
    public enum Action {
        MOVE,
        DELETE,
        NONE
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

    private List<Blob> in(GcsStore store, Filter filter, boolean versions, Predicate<Blob> among)
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

    /// Fetches all that are wanted, and only then does to them what keeps them from being fetched
    /// again.
    List<Blob> take(
            GcsStore store,
            Predicate<Blob> wanted,
            Action action,
            @Nullable String moveDirectory,
            TaskContext context)
            throws TaskFailedException, IOException, InterruptedException {
        if (action == Action.MOVE && moveDirectory == null) {
            throw new TaskFailedException("Expected `moveDirectory` with action MOVE");
        }
        var to = moveDirectory == null ? null : GsUri.of(moveDirectory);
        var found = in(store, Filter.FILES, false, wanted);
        var taken = new ArrayList<Blob>();
        for (var blob : found) {
            taken.add(blob.at(store.fetch(GsUri.of(blob.uri())).toString()));
        }
        for (var blob : found) {
            var uri = GsUri.of(blob.uri());
            if (action == Action.MOVE && to != null) {
                store.copy(uri, to.below(uri.name().substring(uri.name().lastIndexOf('/') + 1)));
            }
            if (action != Action.NONE) {
                store.delete(uri);
            }
        }
        context.count("files", taken.size(), Map.of());
        return taken;
    }
}
