// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.SeenFiles;
import java.util.ArrayList;
import java.util.List;

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
        var seen = properties.seen().read(context);
        var wanted = selection.newFilesIn(files, seen);
        var taken = taken(files, wanted, taking, context);
        var found = new ArrayList<Found>();
        for (int i = 0; i < taken.size(); i++) {
            var change = seen.took(wanted.get(i).path(), taking.leaves());
            found.add(new Found(taken.get(i), change));
        }
        seen.keep(!selection.isCutAt(found.size()));
        if (found.isEmpty()) {
            throw new NothingNewException();
        }
        return new Outputs(found, found.size());
    }
}
