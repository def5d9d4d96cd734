// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;

/// Keeps the last item of each key. The file is read twice; in memory are its keys alone.
@Plugin(
        type = "io.kestra.plugin.core.storage.DeduplicateItems",
        aliases = "io.kestra.core.tasks.storages.DeduplicateItems",
        title = "Keep the last item of each key")
public final class DeduplicateItems
        implements TaskPlugin<DeduplicateItems.Properties, DeduplicateItems.Outputs> {
    private static final int MAX_KEYS = 5_000_000;

    public record Properties(
            @Title("URI of the file, an item a line") String from,
            @Title("Expression that gives the key of an item, whose fields are variables") @Late
                    String expr) {}

    public record Outputs(
            @Title("URI of the new file") URI uri,
            @Title("Number of keys") long numKeys,
            @Title("Items read") long processedItemsTotal,
            @Title("Items left out") long droppedItemsTotal) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var lastPlaces = lastPlaces(properties, context);
        var kept = Files.createTempFile(context.workingDirectory(), "deduplicated", null);
        long place = 0;
        long dropped = 0;
        try (var reader = open(properties, context);
                var writer = Files.newBufferedWriter(kept)) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                var last = lastPlaces.get(key(properties, line, context));
                if (last != null && last == place) {
                    writer.write(line);
                    writer.newLine();
                } else {
                    dropped++;
                }
                place++;
            }
        }
        return new Outputs(
                StoredFiles.put(context, kept, ".ion"), lastPlaces.size(), place, dropped);
    }

    private static Map<String, Long> lastPlaces(Properties properties, TaskContext context)
            throws IOException, TaskFailedException {
        var places = new HashMap<String, Long>();
        try (var reader = open(properties, context)) {
            long place = 0;
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                places.put(key(properties, line, context), place++);
                if (places.size() > MAX_KEYS) {
                    throw new TaskFailedException("More than %d keys".formatted(MAX_KEYS));
                }
            }
        }
        return places;
    }

    private static String key(Properties properties, String line, TaskContext context)
            throws TaskFailedException {
        return context.render(properties.expr(), Items.parse(line, context));
    }

    private static BufferedReader open(Properties properties, TaskContext context)
            throws IOException, TaskFailedException {
        return new BufferedReader(
                new InputStreamReader(
                        StoredFiles.open(context, properties.from()), StandardCharsets.UTF_8));
    }
}
