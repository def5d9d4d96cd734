// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.io.FileNotFoundException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Deletes a file of the worker, a directory, or the files of one that fit a pattern.
@Plugin(
        type = "io.kestra.plugin.fs.local.Delete",
        title = "Delete files of a directory of the worker")
public final class LocalDelete extends LocalTask<LocalDelete.Properties, LocalDelete.Outputs> {
    public record Properties(
            @Title("Path of the file or directory") String from,
            @Title("Whether the task fails if it isn't there") @Default("false")
                    Boolean errorOnMissing,
            @Title("Whether a directory is deleted with what is in it") @Default("false")
                    Boolean recursive,
            @Title("Only files of the directory whose whole path fits this are deleted")
                    @Nullable String regExp) {}

    public record Outputs(
            @Title("What was meant") URI uri,
            @Title("Whether something was deleted") boolean deleted,
            @Title("Files that fitted, and were deleted") List<URI> uris) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var path = FileTask.path(properties.from());
        if (!files.exists(path)) {
            if (properties.errorOnMissing()) {
                throw new FileNotFoundException("There is no '%s'".formatted(path));
            }
            return new Outputs(LocalFile.uri(path), false, List.of());
        }
        if (properties.regExp() == null) {
            boolean deleted = files.delete(path, properties.recursive());
            return new Outputs(LocalFile.uri(path), deleted, List.of());
        }
        var selection =
                new Selection(
                        path,
                        properties.regExp(),
                        properties.recursive(),
                        null,
                        Selection.Sort.NONE);
        var deleted = new ArrayList<URI>();
        for (var entry : selection.filesIn(files)) {
            if (files.delete(entry.path())) {
                deleted.add(LocalFile.uri(entry.path()));
            }
        }
        context.count("files", deleted.size(), Map.of());
        return new Outputs(LocalFile.uri(path), !deleted.isEmpty(), deleted);
    }
}
