// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.flow;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.core.storage.Splitter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/// First part of a ForEachItem: splits its file into batches, each a file of its own whose name is
/// its number, and lists them in another.
@Plugin(
        type = "io.kestra.plugin.core.flow.ForEachItem$ForEachItemSplit",
        title = "Split the items of a ForEachItem into batches")
public final class ForEachItemSplit
        implements TaskPlugin<ForEachItemSplit.Properties, ForEachItemSplit.Outputs> {
    private static final int MAX_BATCHES = 1_000_000;

    public record Properties(
            @Title("URI of the file") String items, @Title("How to split") Splitter.By batch) {}

    /// @param batchUri URI of the file of a batch, with `{batch}` in place of its number
    public record Outputs(
            @Title("URI of a file with the URIs of the batches, one a line") URI splits,
            @Title("How many there are") int numberOfBatches,
            @Title("URI of a batch, with `{batch}` for its number") String batchUri) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var uri = properties.items().strip();
        if (!uri.startsWith("kestra://")) {
            throw new TaskFailedException(
                    "Unable to split the items from "
                            + uri
                            + ", this is not an internal storage URI!");
        }
        var list = Files.createTempFile(context.workingDirectory(), "splits", null);
        var batches = new Batches(context, list, extensionOf(uri));
        int count;
        try (var content = context.files().get(URI.create(uri));
                batches) {
            count =
                    new Splitter(context.workingDirectory(), MAX_BATCHES)
                            .split(content, properties.batch(), batches::take);
        }
        try (var content = Files.newInputStream(list)) {
            var splits = context.files().put("splits.txt", content);
            return new Outputs(splits, count, batches.uri(splits));
        }
    }

    private static String extensionOf(String uri) {
        var name = uri.substring(uri.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot);
    }

    private static final class Batches implements AutoCloseable {
        private final TaskContext context;
        private final BufferedWriter list;
        private final String extension;
        private int next;

        Batches(TaskContext context, Path list, String extension) throws IOException {
            this.context = context;
            this.list = Files.newBufferedWriter(list);
            this.extension = extension;
        }

        void take(Path part) throws IOException {
            try (var content = Files.newInputStream(part)) {
                list.write(context.files().put(next++ + extension, content).toString());
                list.write('\n');
            }
        }

        String uri(URI splits) {
            var text = splits.toString();
            return text.substring(0, text.lastIndexOf('/') + 1) + "{batch}" + extension;
        }

        @Override
        public void close() throws IOException {
            list.close();
        }
    }
}
