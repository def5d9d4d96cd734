// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;

/// Deletes a file of this execution.
@Plugin(
        type = "io.kestra.plugin.core.storage.Delete",
        aliases = "io.kestra.core.tasks.storages.Delete",
        title = "Delete a file")
public final class Delete implements TaskPlugin<Delete.Properties, Delete.Outputs> {

    public record Properties(
            @Title("URI of the file") String uri,
            @Title("Whether it is an error that there is none") @Default("false")
                    Boolean errorOnMissing) {}

    public record Outputs(
            @Title("URI of the file") URI uri, @Title("Whether there was one") boolean deleted) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var uri = StoredFiles.uri(properties.uri());
        boolean deleted = context.files().delete(uri);
        if (!deleted && properties.errorOnMissing()) {
            throw new TaskFailedException("No such file: " + uri);
        }
        return new Outputs(uri, deleted);
    }
}
