// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes files into a directory of the worker.
@Plugin(
        type = "io.kestra.plugin.fs.local.Uploads",
        title = "Write files into a directory of the worker")
public final class LocalUploads extends LocalTask<LocalUploads.Properties, LocalUploads.Outputs> {
    public record Properties(
            @Title("URIs of files in the internal storage") List<String> from,
            @Title("Directory on the worker") String to,
            @Title("What the URI of a file has to fit; all if absent") @Nullable String regExp,
            @Title("Whether files that are there are replaced") @Default("true")
                    Boolean overwrite) {}

    public record Outputs(@Title("The files") List<URI> files) {}

    @Override
    Outputs work(LocalFiles files, Properties properties, TaskContext context) throws Exception {
        var pattern = Selection.pattern(properties.regExp());
        var written = new ArrayList<URI>();
        for (var from : properties.from()) {
            if (!pattern.matcher(from).matches()) {
                continue;
            }
            var to = RemoteFiles.join(FileTask.path(properties.to()), RemoteFiles.nameOf(from));
            refuseReplacing(files, to, properties.overwrite());
            try (var content = RowFile.stream(from, context)) {
                files.upload(content, to);
            }
            written.add(LocalFile.uri(to));
        }
        context.count("files", written.size(), Map.of());
        return new Outputs(written);
    }
}
