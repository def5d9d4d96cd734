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
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads CSV, a record at a time.
@Plugin(
        type = "io.kestra.plugin.serdes.csv.CsvToIon",
        aliases = "io.kestra.plugin.serdes.csv.CsvReader",
        title = "Make rows of a CSV file")
public final class CsvToIon implements TaskPlugin<CsvToIon.Properties, CsvToIon.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Whether the first record has the names of the fields") @Default("true")
                    Boolean header,
            @Title("What separates fields") @Default(",") String fieldSeparator,
            @Title("What stands around fields with special characters") @Default("\"")
                    String textDelimiter,
            @Title("Whether records without any text are left out") @Default("false")
                    Boolean skipEmptyRows,
            @Title("How many records are left out at the beginning") @Default("0") Integer skipRows,
            @Title("Whether another number of fields than in the first record is an error")
                    @Default("true")
                    Boolean errorOnDifferentFieldCount,
            @Title("What becomes of such records: ERROR, WARN and SKIP, which leave them out")
                    @Default("ERROR")
                    BadLines onBadLines,
            @Title("Encoding of the text") @Default("UTF-8") String charset) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        try (var reader = Texts.open(properties.from(), properties.charset(), context);
                var rows = new Rows(context, FetchType.STORE)) {
            var csv =
                    new CsvReader(
                            reader,
                            Texts.single(properties.fieldSeparator(), "fieldSeparator"),
                            Texts.single(properties.textDelimiter(), "textDelimiter"));
            for (int i = 0; i < properties.skipRows(); i++) {
                if (csv.next() == null) {
                    break;
                }
            }
            var header = properties.header() ? csv.next() : null;
            int width = header == null ? -1 : header.size();
            for (var record = csv.next(); record != null; record = csv.next()) {
                if (properties.skipEmptyRows() && record.stream().allMatch(String::isEmpty)) {
                    continue;
                }
                width = width < 0 ? record.size() : width;
                if (record.size() != width && properties.errorOnDifferentFieldCount()) {
                    var why =
                            new TaskFailedException(
                                    "Expected %d fields in line %d but got %d"
                                            .formatted(width, csv.line() - 1, record.size()));
                    properties.onBadLines().deal(why, context);
                    continue;
                }
                rows.add(header == null ? record : fields(header, record));
            }
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            return new Outputs(Objects.requireNonNull(result.uri()), result.size());
        }
    }

    private static Map<String, @Nullable Object> fields(List<String> header, List<String> record) {
        var row = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < record.size(); i++) {
            row.put(i < header.size() ? header.get(i) : "field_" + (i + 1), record.get(i));
        }
        return row;
    }
}
