// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import java.net.URI;
import java.util.Map;

/// Fetches a file of a stage of Snowflake, as a stream.
@Plugin(
        type = "io.kestra.plugin.jdbc.snowflake.Download",
        title = "Fetch a file of a stage of Snowflake")
public final class Download extends StageTask<Download.Properties, Download.Outputs> {

    public record Properties(
            @Inline StageAccess access,
            @Title("Path of the file in the stage") String fileName,
            @Title("Whether it is compressed there, and is to be read as it was before")
                    @Default("true")
                    Boolean compress)
            implements StageAccess.Of {}

    public record Outputs(@Title("The file") URI uri) {}

    @Override
    Outputs work(Stage stage, Properties properties, TaskContext context) throws Exception {
        var path = properties.fileName();
        try (var content = stage.get(path, properties.compress());
                var file = NewFile.create(context)) {
            long bytes = content.transferTo(file.stream());
            context.count("bytes", (double) bytes, Map.of());
            var name = properties.compress() ? path.replaceFirst("\\.gz$", "") : path;
            return new Outputs(file.store(NewFile.extension(name)));
        }
    }
}
