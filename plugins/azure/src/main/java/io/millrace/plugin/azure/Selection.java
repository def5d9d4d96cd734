// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

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

/// Which blobs of a container tasks mean.
public record Selection(
        @Title("Container") String container,
        @Title("What names begin with") @Nullable String prefix,
        @Title("What a whole name fits") @Nullable String regexp,
        @Title("Names below the next of these after the prefix are one directory")
                @Nullable String delimiter,
        @Title("How many at most") @Default("1000") Integer maxFiles) {

    /// What of a listing counts.
    public enum Filter {
        FILES,
        DIRECTORY,
        BOTH
    }

    List<Blob> in(BlobStore store) throws TaskFailedException, IOException, InterruptedException {
        return in(store, Filter.FILES);
    }

    List<Blob> in(BlobStore store, Filter filter)
            throws TaskFailedException, IOException, InterruptedException {
        return in(store, filter, _ -> true);
    }

    List<Blob> in(BlobStore store, Filter filter, Predicate<Blob> wanted)
            throws TaskFailedException, IOException, InterruptedException {
        var matching = pattern();
        var found = new ArrayList<Blob>();
        var marker = "";
        do {
            var page = store.list(container, prefix, delimiter, marker);
            var all = new ArrayList<Blob>();
            if (filter != Filter.DIRECTORY) {
                all.addAll(page.blobs());
            }
            if (filter != Filter.FILES) {
                page.directories()
                        .forEach(name -> all.add(new Blob(container, name, 0, null, null, null)));
            }
            for (var blob : all) {
                if ((matching == null || matching.matcher(blob.name()).matches())
                        && wanted.test(blob)) {
                    found.add(blob);
                    if (found.size() >= maxFiles) {
                        return found;
                    }
                }
            }
            marker = page.marker();
        } while (!marker.isEmpty());
        return found;
    }

    private @Nullable Pattern pattern() throws TaskFailedException {
        try {
            return regexp == null ? null : Pattern.compile(regexp);
        } catch (PatternSyntaxException e) {
            throw new TaskFailedException("Expected a pattern in regexp: " + e.getMessage(), e);
        }
    }
}
