// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the files of a directory of the worker into the internal storage.
@Plugin(
        type = "io.kestra.plugin.fs.local.Downloads",
        title = "Read files of a directory of the worker")
public final class LocalDownloads
        extends LocalTask<LocalDownloads.Properties, LocalDownloads.Outputs> {
    public record Properties(@Inline Selection selection, @Inline Taking taking) {}

    public record Outputs(
            @Title("The files") List<LocalFile> files,
            @Title("URIs in the internal storage by path") Map<String, URI> outputFiles) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var place = new LocalPlace(files, properties.selection(), properties.taking(), context);
        var taken = place.take(context).stream().map(LocalPlace.Read::told).toList();
        var byPath = new LinkedHashMap<String, URI>();
        taken.forEach(file -> byPath.put(file.localPath(), file.uri()));
        return new Outputs(taken, byPath);
    }
}
