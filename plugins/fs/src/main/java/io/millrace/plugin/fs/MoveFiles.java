// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;

/// Moves or renames a file of another host.
abstract class MoveFiles extends FileTask<MoveFiles.Properties, MoveFiles.Outputs> {

    MoveFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Inline FileHost server,
            @Title("Path of the file") String from,
            @Title("Its new path; with a slash at the end: its new directory") String to,
            @Title("Whether a file that is there is replaced") @Default("false") Boolean overwrite)
            implements FileHost.At {}

    public record Outputs(@Title("Where it was") String from, @Title("Where it is") String to) {}

    @Override
    MoveFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var from = path(properties.from());
        var to = path(properties.to());
        var target = to.endsWith("/") ? to + RemoteFiles.nameOf(from) : to;
        if (remote.exists(target)) {
            if (!properties.overwrite()) {
                throw new TaskFailedException("There is a '%s' already".formatted(target));
            }
            remote.delete(target);
        }
        remote.move(from, target);
        return new Outputs(from, target);
    }
}
