// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.io.FileNotFoundException;

/// Deletes a file, or an empty directory, of another host.
abstract class DeleteFiles extends FileTask<DeleteFiles.Properties, DeleteFiles.Outputs> {

    DeleteFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Inline FileHost server,
            @Title("Path of the file") String uri,
            @Title("Whether the task fails if it isn't there") @Default("false")
                    Boolean errorOnMissing)
            implements FileHost.At {}

    public record Outputs(
            @Title("The file") String uri, @Title("Whether it was there") boolean deleted) {}

    @Override
    DeleteFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var path = path(properties.uri());
        boolean deleted = remote.delete(path);
        if (!deleted && properties.errorOnMissing()) {
            throw new FileNotFoundException("There is no '%s'".formatted(path));
        }
        return new Outputs(path, deleted);
    }
}
