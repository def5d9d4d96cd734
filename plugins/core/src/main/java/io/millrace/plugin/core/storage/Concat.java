// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/// Joins files.
@Plugin(
        type = "io.kestra.plugin.core.storage.Concat",
        aliases = "io.kestra.core.tasks.storages.Concat",
        title = "Join files")
public final class Concat implements TaskPlugin<Concat.Properties, Concat.Outputs> {

    public record Properties(
            @Title("List of URIs, or its JSON") Object files,
            @Title("What stands behind each file") @Nullable String separator,
            @Title("Extension of the new file") @Default(".tmp") String extension) {}

    public record Outputs(@Title("URI of the new file") URI uri) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var joined = Files.createTempFile(context.workingDirectory(), "concat", null);
        try (var out = Files.newOutputStream(joined)) {
            for (var uri : StoredFiles.uris(properties.files())) {
                try (var content = context.files().get(uri)) {
                    content.transferTo(out);
                }
                if (properties.separator() != null) {
                    out.write(properties.separator().getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return new Outputs(StoredFiles.put(context, joined, properties.extension()));
    }
}
