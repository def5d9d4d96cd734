// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.List;

/// Starts an execution when files appear on another host.
abstract class TriggerFiles extends FileTask<TriggerFiles.Properties, TriggerFiles.Outputs> {

    TriggerFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Inline FileHost server, @Inline Selection selection, @Inline Taking taking)
            implements FileHost.At {}

    public record Outputs(@Title("The files") List<RemoteFile> files) {}

    @Override
    TriggerFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var taken =
                properties.taking().take(remote, properties.selection().filesIn(remote), context);
        if (taken.isEmpty()) {
            throw new NothingNewException();
        }
        return new Outputs(taken);
    }
}
