// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FilePlace;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fetches the blobs that fit.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.Downloads",
        title = "Fetch files from Azure Blob Storage")
public final class Downloads extends BlobTask<Downloads.Properties, Downloads.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Selection selection,
            @Title("What becomes of the blobs once they were fetched: MOVE, DELETE or NONE")
                    @Default("NONE")
                    FilePlace.Action action,
            @Title("Where they are moved to") @Nullable BlobPath moveTo)
            implements Of {}

    public record Outputs(
            @Title("The blobs") List<Blob> blobs,
            @Title("URIs in the internal storage by name") Map<String, URI> outputFiles) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var place =
                new BlobPlace(
                        store,
                        properties.selection(),
                        properties.action(),
                        properties.moveTo(),
                        context);
        var taken = place.take(context);
        var byName = new LinkedHashMap<String, URI>();
        for (var blob : taken) {
            if (blob.uri() != null) {
                byName.put(blob.name(), blob.uri());
            }
        }
        return new Outputs(taken, byName);
    }
}
