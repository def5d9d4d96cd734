// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;

/// Copies a file of the worker, or a directory with what is in it.
@Plugin(type = "io.kestra.plugin.fs.local.Copy", title = "Copy a file or directory of the worker")
public final class LocalCopy extends LocalTask<LocalCopy.Properties, NoOutputs> {
    public record Properties(
            @Title("Path of the file or directory") String from,
            @Title("Path of the copy; a directory that is there: where it is put") String to,
            @Title("Whether what is there is replaced") @Default("false") Boolean overwrite) {}

    @Override
    NoOutputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var from = FileTask.path(properties.from());
        boolean directory = files.attributes(from).isDirectory();
        var to = FileTask.path(properties.to());
        var target = directory ? to : target(files, from, to);
        refuseReplacing(files, target, properties.overwrite());
        files.copy(from, target);
        return new NoOutputs();
    }
}
