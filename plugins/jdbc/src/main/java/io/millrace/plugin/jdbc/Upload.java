// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;

/// Puts a file into a stage of Snowflake, as a stream.
@Plugin(
        type = "io.kestra.plugin.jdbc.snowflake.Upload",
        title = "Put a file into a stage of Snowflake")
public final class Upload extends StageTask<Upload.Properties, Upload.Outputs> {

    public record Properties(
            @Inline StageAccess access,
            @Title("URI of the file in the internal storage") URI from,
            @Title("What lies above the file in the stage") String prefix,
            @Title("Name of the file in the stage") String fileName,
            @Title("Whether it is compressed on the way; .gz is added to its name then")
                    @Default("true")
                    Boolean compress)
            implements StageAccess.Of {}

    public record Outputs(@Title("Where it is in the stage") String uri) {}

    @Override
    Outputs work(Stage stage, Properties properties, TaskContext context) throws Exception {
        var prefix = properties.prefix().replaceFirst("/+$", "");
        try (var content = context.files().get(properties.from())) {
            stage.put(content, prefix, properties.fileName(), properties.compress());
        }
        context.count("bytes", (double) context.files().size(properties.from()), Map.of());
        var suffix = properties.compress() ? ".gz" : "";
        return new Outputs(prefix + "/" + properties.fileName() + suffix);
    }
}
