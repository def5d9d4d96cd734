// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.List;

/// Starts an execution when files appear in a directory of the worker.
@Plugin(
        type = "io.kestra.plugin.fs.local.Trigger",
        title = "Start an execution when files appear in a directory of the worker")
public final class LocalTrigger extends LocalTask<LocalTrigger.Properties, LocalTrigger.Outputs>
        implements PollingTrigger<LocalTrigger.Properties, LocalTrigger.Outputs> {
    public record Properties(@Inline Selection selection, @Inline Taking taking) {}

    public record Outputs(
            @Title("The files") List<LocalFile> files, @Title("How many there are") int count) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var taken = taken(files, properties.selection(), properties.taking(), context);
        if (taken.isEmpty()) {
            throw new NothingNewException();
        }
        return new Outputs(taken, taken.size());
    }
}
