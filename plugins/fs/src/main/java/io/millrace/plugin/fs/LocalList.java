// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.ArrayList;
import java.util.List;

/// Lists the files of a directory of the worker.
@Plugin(type = "io.kestra.plugin.fs.local.List", title = "List files of a directory of the worker")
public final class LocalList extends LocalTask<LocalList.Properties, LocalList.Outputs> {
    public record Properties(@Inline Selection selection) {}

    public record Outputs(
            @Title("The files") List<LocalFile> files, @Title("How many there are") int count) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var found = new ArrayList<LocalFile>();
        for (var entry : properties.selection().filesIn(files)) {
            found.add(LocalFile.of(entry.path(), files.attributes(entry.path()), null));
        }
        return new Outputs(found, found.size());
    }
}
