// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;

/// Tells how big a file is.
@Plugin(
        type = "io.kestra.plugin.core.storage.Size",
        aliases = "io.kestra.core.tasks.storages.Size",
        title = "Get the size of a file")
public final class Size implements TaskPlugin<Size.Properties, Size.Outputs> {

    public record Properties(@Title("URI of the file") String uri) {}

    public record Outputs(@Title("Bytes") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        return new Outputs(context.files().size(StoredFiles.uri(properties.uri())));
    }
}
