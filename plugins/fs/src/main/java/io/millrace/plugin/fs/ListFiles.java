// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.List;

/// Lists the files of a directory of another host.
abstract class ListFiles extends FileTask<ListFiles.Properties, ListFiles.Outputs> {

    ListFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(@Inline FileHost server, @Inline Selection selection)
            implements FileHost.At {}

    public record Outputs(@Title("The files") List<RemoteFile> files) {}

    @Override
    ListFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        return new Outputs(
                properties.selection().in(remote).stream()
                        .map(e -> RemoteFile.of(e, null))
                        .toList());
    }
}
