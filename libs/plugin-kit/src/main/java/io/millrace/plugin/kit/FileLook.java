// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// A trigger's look for new files at a place.
///
/// What it is about to take away is kept before. A look that is repeated because its worker died in
/// between finds it there, and tells the same.
public final class FileLook<F extends Record> {

    /// A file that a look tells of.
    public record Found<F extends Record>(F file, SeenFiles.Change change) {}

    private final FilePlace<F> place;
    private final TaskContext context;
    private final KeptList<Found<F>> kept;

    public FileLook(FilePlace<F> place, TaskContext context) {
        this.place = place;
        this.context = context;
        this.kept = new KeptList<>(context, Found.class, place.type());
    }

    /// @return at least one
    /// @throws NothingNewException if there is none
    public List<Found<F>> found(SeenFiles.Options options)
            throws IOException, TaskFailedException, InterruptedException, NothingNewException {
        boolean stays = place.action() == FilePlace.Action.NONE;
        if (!stays) {
            var before = kept.read();
            if (before.isPresent()) {
                return taken(before.get());
            }
        }
        var seen = options.read(context);
        var fetched = place.fetch(seen::wants);
        var found =
                fetched.stream()
                        .map(file -> new Found<>(file, seen.took(place.uri(file), stays)))
                        .toList();
        if (!stays && !fetched.isEmpty()) {
            kept.keep(found);
            found = taken(found);
        }
        seen.keep(!place.isCutAt(fetched.size()));
        if (found.isEmpty()) {
            throw new NothingNewException();
        }
        return found;
    }

    private List<Found<F>> taken(List<Found<F>> found)
            throws IOException, TaskFailedException, InterruptedException {
        Collection<F> away = place.takeAway(found.stream().map(Found::file).toList(), context);
        var taken = Set.copyOf(away);
        return found.stream().filter(one -> taken.contains(one.file())).toList();
    }
}
