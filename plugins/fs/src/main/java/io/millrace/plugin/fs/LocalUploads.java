// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Writes files into a directory of the worker.
@Plugin(
        type = "io.kestra.plugin.fs.local.Uploads",
        title = "Write files into a directory of the worker")
public final class LocalUploads extends LocalTask<LocalUploads.Properties, LocalUploads.Outputs> {
    public record Properties(@Inline Sending sending) {}

    public record Outputs(@Title("The files") List<URI> files) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var written = new ArrayList<URI>();
        for (var file : properties.sending().files(context)) {
            refuseReplacing(files, file.target(), properties.sending().overwrite());
            try (var content = RowFile.stream(file.from(), context)) {
                files.upload(content, file.target());
            }
            written.add(LocalFile.uri(file.target()));
        }
        context.count("files", written.size(), Map.of());
        return new Outputs(written);
    }
}
