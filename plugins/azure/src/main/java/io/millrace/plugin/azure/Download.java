// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fetches a blob.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.Download",
        title = "Fetch a file from Azure Blob Storage")
public final class Download extends BlobTask<Download.Properties, Download.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Container") String container,
            @Title("Name") String name)
            implements Of {}

    public record Outputs(
            @Title("The blob, with its file's `uri`") Blob blob,
            @Title("Type of the content") @Nullable String contentType,
            @Title("What is kept beside the blob") Map<String, String> metadata) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var fetched = store.get(properties.container(), properties.name());
        return new Outputs(fetched.blob(), fetched.contentType(), fetched.metadata());
    }
}
