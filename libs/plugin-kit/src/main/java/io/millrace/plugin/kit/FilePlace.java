// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.util.List;
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

    /// Fetches all, and takes away what it has fetched. The task ends as `WARNING` if some can't
    /// be.
    ///
    /// @return those that were taken
    default List<F> take(TaskContext context)
            throws IOException, TaskFailedException, InterruptedException {
        var fetched = fetch((_, _) -> true);
        var taken = takeAway(fetched, 0, context);
        if (taken.size() < fetched.size()) {
            context.endWithWarning();
        }
        return taken;
    }

    /// Takes files away once all are fetched: what was fetched is of no use if the task fails at a
    /// later file.
    ///
    /// @param gone how many, from the first, are away already
    /// @return those that are away. It ends at the first that can't be taken: those before it are
    ///   nowhere else, and have to be told of
    /// @throws IOException if none is away; or a [TaskFailedException]
    default List<F> takeAway(List<F> files, int gone, TaskContext context)
            throws IOException, TaskFailedException, InterruptedException {
        if (action() == Action.NONE) {
            return files;
        }
        for (int i = gone; i < files.size(); i++) {
            try {
                takeAway(files.get(i));
            } catch (IOException | TaskFailedException e) {
                if (i == 0) {
                    throw e;
                }
                context.log()
                        .error(
                                "Only %d of %d files were taken: '%s' can't be: %s"
                                        .formatted(
                                                i,
                                                files.size(),
                                                uri(files.get(i)),
                                                e.getMessage()));
                return List.copyOf(files.subList(0, i));
            }
        }
        return files;
    }
}
