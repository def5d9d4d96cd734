// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/// Where files are fetched from, and are taken away once they were: a directory, a bucket.
///
/// @param <F> what is told of a file: a record that is equal to itself after a way through JSON
public interface FilePlace<F extends Record> {

    /// What becomes of a file there once it was fetched.
    enum Action {
        MOVE,
        DELETE,
        NONE
    }

    Action action();

    /// Fetches files, and leaves them where they are.
    ///
    /// @param wanted asked of each, by what it is called there and its version
    List<F> fetch(BiPredicate<String, String> wanted)
            throws IOException, TaskFailedException, InterruptedException;

    /// Whether so many may not be all that there are.
    boolean isCutAt(int count);

    /// What a file is called there, as [#fetch] asks for it.
    String uri(F file);

    /// Does to a file what keeps it from being fetched again.
    void takeAway(F file) throws IOException, TaskFailedException, InterruptedException;

    /// Those of the files that are there as they were when they were fetched.
    List<F> unchanged(List<F> files) throws IOException, TaskFailedException, InterruptedException;

    /// Where a file is once it was moved, as [#uri] says it.
    String uriOnceMoved(F file);

    Class<F> type();

    /// Whether a file is where it would be moved to: it isn't meant.
    default boolean isMoved(F file) {
        return action() == Action.MOVE && uriOnceMoved(file).equals(uri(file));
    }

    /// Checks that no file would replace another where they are moved to.
    ///
    /// @throws TaskFailedException if one would
    default void requireMovable(List<F> files) throws TaskFailedException {
        if (action() != Action.MOVE) {
            return;
        }
        var places = new HashMap<String, F>();
        for (var file : files) {
            var target = uriOnceMoved(file);
            var other = places.putIfAbsent(target, file);
            if (other != null) {
                throw new TaskFailedException(
                        "Nothing was taken: '%s' and '%s' can't both be moved to '%s'"
                                .formatted(uri(other), uri(file), target));
            }
        }
    }

    /// Fetches all, and takes away what it has fetched, as a task does. The task ends as `WARNING`
    /// if some can't be. An attempt that follows on one that had fetched them, and then ended
    /// before it told so, goes on where that stopped.
    ///
    /// @return those that were taken
    default List<F> take(TaskContext context)
            throws IOException, TaskFailedException, InterruptedException {
        if (action() == Action.NONE) {
            return fetch((_, _) -> true);
        }
        var kept = new KeptList<F>(context, type());
        var before = kept.read();
        var fetched = before.isPresent() ? before.get() : fetch((_, _) -> true);
        if (before.isEmpty() && !fetched.isEmpty()) {
            kept.keep(fetched);
        }
        var taken = takeAway(fetched, context);
        if (taken.size() < fetched.size()) {
            context.endWithWarning();
        }
        return taken;
    }

    /// Takes files away once all are fetched: what was fetched is of no use if the task fails at a
    /// later file. One that isn't there any more as it was fetched is left alone: an earlier
    /// attempt has taken it, or somebody has put another in its place.
    ///
    /// @return those that are away. It ends at the first that can't be taken: those before it are
    ///   nowhere else, and have to be told of
    /// @throws IOException if none is away; or a [TaskFailedException]
    default List<F> takeAway(List<F> files, TaskContext context)
            throws IOException, TaskFailedException, InterruptedException {
        var rest = unchanged(files);
        var away = new ArrayList<>(files);
        away.removeAll(Set.copyOf(rest));
        for (var file : rest) {
            try {
                takeAway(file);
            } catch (IOException | TaskFailedException e) {
                if (away.isEmpty()) {
                    throw e;
                }
                context.log()
                        .error(
                                "Only %d of %d files were taken: '%s' can't be: %s"
                                        .formatted(
                                                away.size(),
                                                files.size(),
                                                uri(file),
                                                e.getMessage()));
                break;
            }
            away.add(file);
        }
        return List.copyOf(away);
    }
}
