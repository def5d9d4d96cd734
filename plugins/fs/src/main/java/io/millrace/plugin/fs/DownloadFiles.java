// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;

/// Fetches a file from another host.
abstract class DownloadFiles extends FileTask<DownloadFiles.Properties, DownloadFiles.Outputs> {

    DownloadFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(@Inline FileHost server, @Title("Path on the host") String from)
            implements FileHost.At {}

    public record Outputs(
            @Title("Where it is on the host") String from,
            @Title("The file in the internal storage") URI to) {}

    @Override
    DownloadFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var from = path(properties.from());
        var uri = fetch(remote, from, context);
        context.count("bytes", (double) context.files().size(uri), Map.of());
        return new Outputs(from, uri);
    }
}
