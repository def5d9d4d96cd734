// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;

/// Makes a container.
@Plugin(
        type = "io.millrace.plugin.azure.storage.blob.CreateContainer",
        title = "Make a container of Azure Blob Storage")
public final class CreateContainer
        extends BlobTask<CreateContainer.Properties, CreateContainer.Outputs> {

    public record Properties(@Inline Account account, @Title("Container") String container)
            implements Of {}

    public record Outputs(@Title("Container") String container) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        store.createContainer(properties.container());
        return new Outputs(properties.container());
    }
}
