// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.storage;

import io.millrace.plugin.Default;
import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps the items for which a condition holds, or those for which it doesn't.
@Plugin(
        type = "io.kestra.plugin.core.storage.FilterItems",
        aliases = "io.kestra.core.tasks.storages.FilterItems",
        title = "Keep the items for which a condition holds")
public final class FilterItems implements TaskPlugin<FilterItems.Properties, FilterItems.Outputs> {
    private static final Set<String> FALSY = Set.of("", "0", "-0", "false");

    public record Properties(
            @Title("URI of the file, an item a line") String from,
            @Title("Expression over the fields of an item") @Late String filterCondition,
            @Title("Whether matching items are kept or left out") @Default("INCLUDE")
                    FilterType filterType,
            @Title("What happens to an item whose condition fails or is null") @Default("FAIL")
                    ErrorOrNull errorOrNullBehavior) {}

    public record Outputs(
            @Title("URI of the new file") URI uri,
            @Title("Items read") long processedItemsTotal,
            @Title("Items left out") long droppedItemsTotal) {}

    public enum FilterType {
        INCLUDE,
        EXCLUDE
    }

    public enum ErrorOrNull {
        FAIL,
        INCLUDE,
        EXCLUDE
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var kept = Files.createTempFile(context.workingDirectory(), "filtered", null);
        long processed = 0;
        long dropped = 0;
        try (var reader =
                        new BufferedReader(
                                new InputStreamReader(
                                        StoredFiles.open(context, properties.from()),
                                        StandardCharsets.UTF_8));
                var writer = Files.newBufferedWriter(kept)) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                processed++;
                if (isKept(properties, line, context)) {
                    writer.write(line);
                    writer.newLine();
                } else {
                    dropped++;
                }
            }
        }
        return new Outputs(StoredFiles.put(context, kept, ".ion"), processed, dropped);
    }

    private static boolean isKept(Properties properties, String line, TaskContext context)
            throws TaskFailedException {
        @Nullable Object result = null;
        @Nullable TaskFailedException failure = null;
        try {
            result = context.evaluate(properties.filterCondition(), Items.parse(line, context));
        } catch (TaskFailedException e) {
            failure = e;
        }
        if (result == null) {
            return switch (properties.errorOrNullBehavior()) {
                case INCLUDE -> true;
                case EXCLUDE -> false;
                case FAIL ->
                        throw failure != null
                                ? failure
                                : new TaskFailedException(
                                        "Expression `%s` return `null` on item `%s`"
                                                .formatted(
                                                        properties.filterCondition(),
                                                        Items.abbreviated(line)));
            };
        }
        boolean matches = !FALSY.contains(String.valueOf(result).strip());
        return matches == (properties.filterType() == FilterType.INCLUDE);
    }
}
