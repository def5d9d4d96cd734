// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FilePlace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fetches the objects that fit.
@Plugin(
        type = "io.kestra.plugin.gcp.gcs.Downloads",
        title = "Fetch files from Google Cloud Storage")
public final class Downloads extends GcsTask<Downloads.Properties, Downloads.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Selection selection,
            @Title("What becomes of the objects once they were fetched: MOVE, DELETE or NONE")
                    @Default("NONE")
                    FilePlace.Action action,
            @Title("Where they are moved to: gs://bucket/directory/")
                    @Nullable String moveDirectory)
            implements Of {}

    public record Outputs(
            @Title("The objects") List<Blob> blobs,
            @Title("URIs in the internal storage by name") Map<String, String> outputFiles) {}

    @Override
    Outputs work(GcsStore store, Properties properties, TaskContext context) throws Exception {
        var place =
                GcsPlace.of(
                        store,
                        properties.selection(),
                        properties.action(),
                        properties.moveDirectory(),
                        context);
        var taken = place.take(context);
        var byName = new LinkedHashMap<String, String>();
        taken.forEach(blob -> byName.put(blob.name(), blob.uri()));
        return new Outputs(taken, byName);
    }
}
