// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Stores a text as a file.
@Plugin(type = "io.kestra.plugin.core.storage.Write", title = "Store a text as a file")
public final class Write implements TaskPlugin<Write.Properties, Write.Outputs> {

    public record Properties(
            @Title("What the file holds") String content,
            @Title("Extension of the file, such as `.csv`") @Nullable String extension) {}

    public record Outputs(@Title("URI of the file") URI uri) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var extension = properties.extension() == null ? "" : properties.extension().strip();
        var name =
                UUID.randomUUID()
                        + (extension.isEmpty() || extension.startsWith(".")
                                ? extension
                                : "." + extension);
        var bytes = properties.content().getBytes(StandardCharsets.UTF_8);
        return new Outputs(context.files().put(name, new ByteArrayInputStream(bytes)));
    }
}
