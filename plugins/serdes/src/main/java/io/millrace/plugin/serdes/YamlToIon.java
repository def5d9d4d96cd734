// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.io.IOException;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads YAML: each document is a row, or each element of a document that is a list.
@Plugin(
        type = "io.millrace.plugin.serdes.YamlToIon",
        aliases = "io.kestra.plugin.serdes.yaml.YamlToIon",
        title = "Make rows of a YAML file")
public final class YamlToIon implements TaskPlugin<YamlToIon.Properties, YamlToIon.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Encoding of the text") @Default("UTF-8") String charset) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var settings =
                LoadSettings.builder()
                        .setCodePointLimit(64 << 20)
                        .setMaxAliasesForCollections(100)
                        .build();
        try (var reader = Texts.open(properties.from(), properties.charset(), context);
                var rows = new Rows(context, FetchType.STORE)) {
            for (var document : new Load(settings).loadAllFromReader(reader)) {
                if (document instanceof List<?> list) {
                    for (var row : list) {
                        add(row, rows);
                    }
                } else if (document != null) { // nothing stands between two separators
                    add(document, rows);
                }
            }
            var result = rows.finish();
            return new Outputs(Objects.requireNonNull(result.uri()), result.size());
        } catch (YamlEngineException e) {
            throw new TaskFailedException("Expected YAML but " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            // the library knows no limit of its own; nothing but what it has read so far is lost
            throw new TaskFailedException("Expected YAML but it is nested too deeply", e);
        }
    }

    /// What is written once and referred to often is a file many times as long.
    private static void add(@Nullable Object row, Rows rows)
            throws IOException, TaskFailedException {
        if (size(row, 0) > LONGEST_ROW) {
            throw new TaskFailedException(
                    "Expected a row of at most %d characters and values".formatted(LONGEST_ROW));
        }
        rows.add(row);
    }

    /// @return with what is counted so far; no more is counted than is needed
    private static long size(@Nullable Object value, long before) {
        long size = before + 1;
        if (size > LONGEST_ROW) {
            return size;
        }
        switch (value) {
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    size = size(entry.getValue(), size(entry.getKey(), size));
                }
            }
            case Collection<?> all -> {
                for (var one : all) {
                    size = size(one, size);
                    if (size > LONGEST_ROW) {
                        return size;
                    }
                }
            }
            case String text -> size += text.length();
            case null, default -> {
                // numbers and the like
            }
        }
        return size;
    }

    private static final long LONGEST_ROW = 64 << 20;
}
