// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.net.URI;
import java.util.Map;

/// Writes a file into a directory of the worker.
@Plugin(
        type = "io.kestra.plugin.fs.local.Upload",
        title = "Write a file into a directory of the worker")
public final class LocalUpload extends LocalTask<LocalUpload.Properties, LocalUpload.Outputs> {
    public record Properties(
            @Title("URI of the file in the internal storage") String from,
            @Title("Path on the worker; with a slash at the end: its directory") String to,
            @Title("Whether a file that is there is replaced") @Default("true")
                    Boolean overwrite) {}

    public record Outputs(@Title("The file") URI uri, @Title("Its size in bytes") long size) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var to = target(files, properties.from(), FileTask.path(properties.to()));
        refuseReplacing(files, to, properties.overwrite());
        try (var content = RowFile.stream(properties.from(), context)) {
            files.upload(content, to);
        }
        long size = files.attributes(to).size();
        context.count("bytes", (double) size, Map.of());
        return new Outputs(LocalFile.uri(to), size);
    }
}
