// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

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

/// Looks for objects that fit.
@Plugin(
        type = "io.kestra.plugin.gcp.gcs.Trigger",
        title = "Start an execution when files appear in Google Cloud Storage")
public final class Trigger extends GcsTask<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Selection selection,
            @Title("What becomes of the objects once they were fetched: MOVE, DELETE or NONE")
                    @Default("NONE")
                    FilePlace.Action action,
            @Title("Where they are moved to: gs://bucket/directory/")
                    @Nullable String moveDirectory,
            @Inline SeenFiles.Options seen)
            implements Of {}

    public record Found(
            @Inline Blob blob, @Title("CREATE or UPDATE") SeenFiles.Change changeType) {}

    public record Outputs(@Title("The objects") List<Found> blobs) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var place =
                GcsPlace.of(
                        store,
                        properties.selection(),
                        properties.action(),
                        properties.moveDirectory(),
                        context);
        var look = new FileLook<>(place, context);
        return new Outputs(
                look.found(properties.seen()).stream()
                        .map(found -> new Found(found.file(), found.change()))
                        .toList());
    }
}
