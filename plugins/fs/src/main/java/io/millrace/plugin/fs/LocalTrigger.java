// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FileLook;
import io.millrace.plugin.kit.SeenFiles;
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
        var place = new LocalPlace(files, properties.selection(), properties.taking(), context);
        var look = new FileLook<>(place, context);
        var found =
                look.found(properties.seen()).stream()
                        .map(one -> new Found(one.file().told(), one.change()))
                        .toList();
        return new Outputs(found, found.size());
    }
}
