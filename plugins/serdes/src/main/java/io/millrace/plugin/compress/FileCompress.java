// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.compress;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.net.URI;

/// Compresses a file.
@Plugin(type = "io.kestra.plugin.compress.FileCompress", title = "Compress a file")
public final class FileCompress
        implements TaskPlugin<FileCompress.Properties, FileCompress.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("How it is compressed") Compression compression) {}

    public record Outputs(@Title("The compressed file") URI uri) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        try (var content = RowFile.stream(properties.from(), context);
                var file = NewFile.create(context)) {
            try (var to = properties.compression().writing(file.stream())) {
                content.transferTo(to);
            }
            return new Outputs(file.store(properties.compression().extension()));
        }
    }
}
