// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.List;

/// Deletes all files of the execution.
@Plugin(
        type = "io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles",
        aliases = {
            "io.kestra.core.tasks.storages.PurgeExecution",
            "io.kestra.plugin.core.storage.PurgeExecution"
        },
        title = "Delete all files of the execution")
public final class PurgeCurrentExecutionFiles
        implements TaskPlugin<
                PurgeCurrentExecutionFiles.Properties, PurgeCurrentExecutionFiles.Outputs> {

    public record Properties() {}

    public record Outputs(@Title("URIs of what was deleted") List<URI> uris) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        return new Outputs(context.files().deleteAll());
    }
}
