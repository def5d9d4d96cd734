// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Fetches the files of a directory of another host.
abstract class DownloadsFiles extends FileTask<DownloadsFiles.Properties, DownloadsFiles.Outputs> {

    DownloadsFiles(Protocol protocol) {
        super(protocol);
    }

    public record Properties(
            @Inline FileHost server, @Inline Selection selection, @Inline Taking taking)
            implements FileHost.At {}

    public record Outputs(
            @Title("The files") List<RemoteFile> files,
            @Title("URIs in the internal storage by name") Map<String, URI> outputFiles) {}

    @Override
    DownloadsFiles.Outputs work(RemoteFiles remote, Properties properties, TaskContext context)
            throws Exception {
        var place = new RemotePlace(remote, properties.selection(), properties.taking(), context);
        var taken = place.take(context);
        var byName = new LinkedHashMap<String, URI>();
        for (var file : taken) {
            if (file.path() != null) {
                byName.put(file.name(), file.path());
            }
        }
        return new Outputs(taken, byName);
    }
}
