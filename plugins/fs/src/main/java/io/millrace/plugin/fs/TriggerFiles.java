// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FileLook;
import io.millrace.plugin.kit.SeenFiles;
import java.util.List;

/// Starts an execution when files appear on another host.
abstract class TriggerFiles extends FileTask<TriggerFiles.Properties, TriggerFiles.Outputs> {

    TriggerFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Inline FileHost server,
            @Inline Selection selection,
            @Inline Taking taking,
            @Inline SeenFiles.Options seen)
            implements FileHost.At {}

    public record Found(
            @Inline RemoteFile file, @Title("CREATE or UPDATE") SeenFiles.Change changeType) {}

    public record Outputs(@Title("The files") List<Found> files) {}

    @Override
    TriggerFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var place = new RemotePlace(remote, properties.selection(), properties.taking(), context);
        var look = new FileLook<>(place, context);
        return new Outputs(
                look.found(properties.seen()).stream()
                        .map(found -> new Found(found.file(), found.change()))
                        .toList());
    }
}
