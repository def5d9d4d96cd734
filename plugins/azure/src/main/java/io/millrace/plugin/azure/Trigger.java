// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FileLook;
import io.millrace.plugin.kit.FilePlace;
import io.millrace.plugin.kit.SeenFiles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks for blobs that fit.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.Trigger",
        title = "Start an execution when files appear in Azure Blob Storage")
public final class Trigger extends BlobTask<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Selection selection,
            @Title("What becomes of the blobs once they were fetched: MOVE, DELETE or NONE")
                    @Default("NONE")
                    FilePlace.Action action,
            @Title("Where they are moved to") @Nullable BlobPath moveTo,
            @Inline SeenFiles.Options seen)
            implements Of {}

    public record Found(
            @Inline Blob blob, @Title("CREATE or UPDATE") SeenFiles.Change changeType) {}

    public record Outputs(@Title("The blobs") List<Found> blobs) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var place =
                new BlobPlace(
                        store,
                        properties.selection(),
                        properties.action(),
                        properties.moveTo(),
                        context);
        var look = new FileLook<>(place, context);
        return new Outputs(
                look.found(properties.seen()).stream()
                        .map(found -> new Found(found.file(), found.change()))
                        .toList());
    }
}
