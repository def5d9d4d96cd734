// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
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
                    Selection.Action action,
            @Title("Where they are moved to: gs://bucket/directory/")
                    @Nullable String moveDirectory,
            @Inline SeenFiles.Options seen)
            implements Of {}

    public record Found(
            @Inline Blob blob, @Title("CREATE or UPDATE") SeenFiles.Change changeType) {}

    public record Outputs(@Title("The objects") List<Found> blobs) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var selection = properties.selection();
        var seen = properties.seen().read(context);
        var found =
                selection
                        .take(
                                store,
                                blob -> seen.wants(uri(blob), version(blob)),
                                properties.action(),
                                properties.moveDirectory(),
                                context)
                        .stream()
                        .map(blob ->
                                new Found(
                                        blob,
                                        seen.took(
                                                uri(blob),
                                                properties.action() == Selection.Action.NONE)))
                        .toList();
        seen.keep(found.size() < selection.maxFiles());
        if (found.isEmpty()) {
            throw new NothingNewException();
        }
        return new Outputs(found);
    }

    private static String uri(Blob blob) {
        return new GsUri(blob.bucket(), blob.name()).toString();
    }

    private static String version(Blob blob) {
        var version = blob.generation() == null ? blob.etag() : blob.generation();
        return String.valueOf(version == null ? blob.updateTime() : version);
    }
}
