// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Copies a blob within the account.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.Copy",
        title = "Copy a file of Azure Blob Storage")
public final class Copy extends BlobTask<Copy.Properties, Copy.Outputs> {

    public record Properties(
            @Inline Account account,
            @Title("Where it is") BlobPath from,
            @Title("Where it goes to; what is absent is as in `from`") @Nullable BlobPath to,
            @Title("Whether the first one is deleted") @Default("false") Boolean delete)
            implements Of {}

    public record Outputs(@Title("The new blob") Blob blob) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var from = properties.from();
        if (from.container() == null || from.name() == null) {
            throw new TaskFailedException("Expected `container` and `name` in `from`");
        }
        var to = properties.to();
        var container = to == null || to.container() == null ? from.container() : to.container();
        var name = to == null || to.name() == null ? from.name() : to.name();
        if (container.equals(from.container()) && name.equals(from.name())) {
            throw new TaskFailedException("Expected another place in `to`");
        }
        var copied = store.copy(from.container(), from.name(), container, name);
        if (properties.delete()) {
            store.delete(from.container(), from.name());
        }
        return new Outputs(copied);
    }
}
