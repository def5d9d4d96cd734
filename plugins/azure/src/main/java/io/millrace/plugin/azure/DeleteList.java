// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.Map;

/// Deletes the blobs that fit.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.DeleteList",
        title = "Delete files of Azure Blob Storage")
public final class DeleteList extends BlobTask<DeleteList.Properties, DeleteList.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Selection selection,
            @Title("Whether the task fails if there are none") @Default("false")
                    Boolean errorOnEmpty)
            implements Of {}

    public record Outputs(@Title("How many") long count, @Title("Their size in bytes") long size) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var found = properties.selection().in(store);
        if (found.isEmpty() && properties.errorOnEmpty()) {
            throw new TaskFailedException("There is no such blob");
        }
        long size = 0;
        for (var blob : found) {
            store.delete(blob.container(), blob.name());
            size += blob.size();
        }
        context.count("count", found.size(), Map.of());
        return new Outputs(found.size(), size);
    }
}
