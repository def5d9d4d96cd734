// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.compress;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.net.URI;
import java.util.Map;

/// Decompresses a file.
@Plugin(type = "io.kestra.plugin.compress.FileDecompress", title = "Decompress a file")
public final class FileDecompress
        implements TaskPlugin<FileDecompress.Properties, FileDecompress.Outputs> {
    private Bounded bounded = Bounded.of(new PluginSettings(Map.of()));

    public record Properties(
            @Title("URI of the file") String from,
            @Title("How it is compressed") Compression compression) {}

    public record Outputs(@Title("The file") URI uri) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        try (var content = RowFile.stream(properties.from(), context);
                var from = properties.compression().reading(content);
                var file = NewFile.create(context)) {
            bounded.copy(from, file.stream(), 0);
            return new Outputs(file.store(""));
        }
    }

    @Override
    public void start(PluginSettings settings) {
        bounded = Bounded.of(settings);
    }
}
