// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.SeenFiles;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Starts an execution when files appear in a directory of the worker.
@Plugin(
        type = "io.kestra.plugin.fs.local.Trigger",
        title = "Start an execution when files appear in a directory of the worker")
public final class LocalTrigger extends LocalTask<LocalTrigger.Properties, LocalTrigger.Outputs>
        implements PollingTrigger<LocalTrigger.Properties, LocalTrigger.Outputs> {
    public record Properties(
            @Inline Selection selection, @Inline Taking taking, @Inline SeenFiles.Options seen) {}

    public record Found(
            @Inline LocalFile file, @Title("CREATE or UPDATE") SeenFiles.Change changeType) {}

    public record Outputs(
            @Title("The files") List<Found> files, @Title("How many there are") int count) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var selection = properties.selection();
        var taking = properties.taking();
        var before = taking.leaves() ? Optional.<Told>empty() : Told.before(context);
        if (before.isPresent() && before.get().local() != null) {
            taking.takeRest(files, before.get().files(), context);
            return outputs(before.get().local(), before.get().changes());
        }
        var seen = properties.seen().read(context);
        var fetched = taking.fetch(files, selection.newFilesIn(files, seen), context);
        var told = told(files, fetched, taking);
        var changes =
                fetched.stream()
                        .map(file -> seen.took(file.serverPath(), taking.leaves()))
                        .toList();
        if (!taking.leaves() && !fetched.isEmpty()) {
            new Told(context, fetched, told, changes).keep(context);
        }
        int count = taking.takeAway(files, fetched, context).size();
        seen.keep(!selection.isCutAt(fetched.size()));
        if (count == 0) {
            throw new NothingNewException();
        }
        return outputs(told.subList(0, count), changes);
    }

    private static Outputs outputs(List<LocalFile> files, List<SeenFiles.Change> changes) {
        var found =
                IntStream.range(0, files.size())
                        .mapToObj(i -> new Found(files.get(i), changes.get(i)))
                        .toList();
        return new Outputs(found, found.size());
    }
}
