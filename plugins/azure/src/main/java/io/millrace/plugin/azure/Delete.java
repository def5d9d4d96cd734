// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;

/// Deletes a blob.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.Delete",
        title = "Delete a file of Azure Blob Storage")
public final class Delete extends BlobTask<Delete.Properties, Delete.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Container") String container,
            @Title("Name") String name)
            implements Of {}

    public record Outputs(@Title("The blob as it was") Blob blob) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var blob = store.head(properties.container(), properties.name());
        store.delete(properties.container(), properties.name());
        return new Outputs(blob);
    }
}
