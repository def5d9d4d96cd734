// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks for blobs that fit.
@Plugin(
        type = "io.kestra.plugin.azure.storage.blob.Trigger",
        title = "Start an execution when files appear in Azure Blob Storage")
public final class Trigger extends BlobTask<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

    public record Properties(
            @Inline Account account,
            @Inline Selection selection,
            @Title("What becomes of the blobs once they were fetched: MOVE, DELETE or NONE")
                    @Default("NONE")
                    Selection.Action action,
            @Title("Where they are moved to") @Nullable BlobPath moveTo)
            implements Of {}

    public record Outputs(@Title("The blobs") List<Blob> blobs) {}

    @Override
    Outputs work(BlobStore store, Properties properties, TaskContext context) throws Exception {
        var taken =
                properties
                        .selection()
                        .take(store, properties.action(), properties.moveTo(), context);
        if (taken.isEmpty()) {
            throw new NothingNewException();
        }
        return new Outputs(taken);
    }
}
