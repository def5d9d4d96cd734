// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.regex.Pattern;

/// Turns a file round, last line first.
@Plugin(
        type = "io.kestra.plugin.core.storage.Reverse",
        aliases = "io.kestra.core.tasks.storages.Reverse",
        title = "Reverse the lines of a file")
public final class Reverse implements TaskPlugin<Reverse.Properties, Reverse.Outputs> {
    private static final long MAX_BYTES = 256 << 20;

    public record Properties(
            @Title("URI of the file") String from,
            @Title("What ends a line") @Default("\n") String separator,
            @Title("Encoding of the file") @Default("UTF-8") String charset) {}

    public record Outputs(@Title("URI of the new file") URI uri) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        Charset charset;
        try {
            charset = Charset.forName(properties.charset());
        } catch (UnsupportedCharsetException e) {
            throw new TaskFailedException("Unknown charset " + properties.charset(), e);
        }
        long bytes = context.files().size(StoredFiles.uri(properties.from()));
        if (bytes > MAX_BYTES) {
            throw new TaskFailedException(
                    "Expected at most %d bytes but the file has %d".formatted(MAX_BYTES, bytes));
        }
        var reversed = Files.createTempFile(context.workingDirectory(), "reverse", null);
        try (var content = StoredFiles.open(context, properties.from())) {
            var text = new String(content.readAllBytes(), charset);
            var separator = properties.separator();
            boolean ends = text.endsWith(separator);
            var lines = Arrays.asList(text.split(Pattern.quote(separator)));
            var turned = String.join(separator, lines.reversed()) + (ends ? separator : "");
            Files.writeString(reversed, turned, charset);
        }
        return new Outputs(
                StoredFiles.put(context, reversed, StoredFiles.extensionOf(properties.from())));
    }
}
