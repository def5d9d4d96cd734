// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.purge;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Deletes files of old executions, whether these are still known or not.
@Plugin(
        type = "io.kestra.plugin.core.storage.PurgeStorage",
        title = "Delete files of old executions")
public final class PurgeStorage
        implements TaskPlugin<PurgeStorage.Properties, PurgeStorage.Outputs> {

    public record Properties(
            @Title("Namespace, with those below it; all that the flow reaches if absent")
                    @Nullable String namespace,
            @Title("Flow of the namespace") @Nullable String flowId,
            @Title("Only executions that began since then") @Nullable String startDate,
            @Title("Only executions that began before") String endDate,
            @Title("Whether it is only told what would be deleted") @Default("true")
                    Boolean dryRun) {}

    public record Outputs(
            @Title("Executions with files") long scannedCount,
            @Title("Those that match") long purgedCount,
            @Title("Files deleted") long deletedFilesCount) {}

    @Override
    public Outputs run(Properties properties, TaskContext context)
            throws TaskFailedException, IOException {
        if (properties.flowId() != null && properties.namespace() == null) {
            throw new TaskFailedException("Expected `namespace` where there is `flowId`");
        }
        var purged =
                context.stores()
                        .purges()
                        .executionFiles(
                                new Purges.ExecutionFiles(
                                        properties.namespace(),
                                        properties.flowId(),
                                        properties.startDate() == null
                                                ? null
                                                : Behavior.instant(properties.startDate()),
                                        Behavior.instant(properties.endDate()),
                                        properties.dryRun()));
        return new Outputs(purged.scanned(), purged.purged(), purged.deletedFiles());
    }
}
