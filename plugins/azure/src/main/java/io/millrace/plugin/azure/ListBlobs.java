// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;

/// Lists the blobs that fit.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.List",
        title = "List files of Azure Blob Storage")
public final class ListBlobs extends BlobTask<ListBlobs.Properties, ListBlobs.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Selection selection,
            @Title("FILES, DIRECTORY or BOTH; directories are there with a delimiter")
                    @Default("FILES")
                    Selection.Filter filter)
            implements Of {}

    public record Outputs(@Title("The blobs") List<Blob> blobs) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var found = properties.selection().in(store, properties.filter());
        context.count("size", found.size(), Map.of());
        return new Outputs(found);
    }
}
