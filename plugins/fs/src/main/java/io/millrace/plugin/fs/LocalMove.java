// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;

/// Moves or renames a file or directory of the worker.
@Plugin(type = "io.kestra.plugin.fs.local.Move", title = "Move a file or directory of the worker")
public final class LocalMove extends LocalTask<LocalMove.Properties, NoOutputs> {
    public record Properties(
            @Title("Path of the file or directory") String from,
            @Title("Its new path; a directory that is there: where it is put") String to,
            @Title("Whether what is there is replaced") @Default("false") Boolean overwrite) {}

    @Override
    NoOutputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var from = FileTask.path(properties.from());
        var target = target(files, from, FileTask.path(properties.to()));
        refuseReplacing(files, target, properties.overwrite());
        files.move(from, target);
        return new NoOutputs();
    }
}
