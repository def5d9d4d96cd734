// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Deletes a file of another host, a directory, or the files of one that fit a pattern.
abstract class DeleteFiles extends FileTask<DeleteFiles.Properties, DeleteFiles.Outputs> {
    private static final int DEEPEST = 64;

    DeleteFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Inline FileHost server,
            @Title("Path of the file or directory") String uri,
            @Title("Whether the task fails if it isn't there") @Default("false")
                    Boolean errorOnMissing,
            @Title("Whether what is in a directory is meant, too") @Default("false")
                    Boolean recursive,
            @Title("Only files of the directory whose whole path fits this are deleted")
                    @Nullable String regExp)
            implements FileHost.At {}

    public record Outputs(
            @Title("What was meant") String uri,
            @Title("Whether something was deleted") boolean deleted,
            @Title("Files that fitted, and were deleted") List<String> uris) {}

    @Override
    DeleteFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var path = path(properties.uri());
        if (!remote.exists(path)) {
            if (properties.errorOnMissing()) {
                throw new FileNotFoundException("There is no '%s'".formatted(path));
            }
            return new Outputs(path, false, List.of());
        }
        if (properties.regExp() == null) {
            if (properties.recursive()) {
                empty(remote, path, 0);
            }
            return new Outputs(path, remote.delete(path), List.of());
        }
        var selection =
                new Selection(
                        path,
                        properties.regExp(),
                        properties.recursive(),
                        null,
                        Selection.Sort.NONE);
        var deleted = new ArrayList<String>();
        for (var entry : selection.filesIn(remote)) {
            if (remote.delete(entry.path())) {
                deleted.add(entry.path());
            }
        }
        context.count("files", deleted.size(), Map.of());
        return new Outputs(path, !deleted.isEmpty(), deleted);
    }

    /// Links are listed as links: what they lead to stays.
    private static void empty(RemoteFiles remote, String path, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("Expected at most %d directories deep".formatted(DEEPEST));
        }
        for (var entry : remote.list(path)) {
            if (entry.path().equals(path)) {
                return;
            }
            if (entry.directory()) {
                empty(remote, entry.path(), depth + 1);
            }
            remote.delete(entry.path());
        }
    }
}
