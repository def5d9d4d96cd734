// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Writes a workbook (xlsx), a row at a time; the fields of a sheet are those of its first row.
@Plugin(
        type = "io.kestra.plugin.serdes.excel.IonToExcel",
        aliases = "io.kestra.plugin.serdes.excel.ExcelWriter",
        title = "Make an Excel file of rows")
public final class IonToExcel implements TaskPlugin<IonToExcel.Properties, IonToExcel.Outputs> {

    public record Properties(
            @Title("URI of the file, or URIs by the names of sheets") Object from,
            @Title("Name of the sheet, if it is one file") @Default("Sheet") String sheetsTitle,
            @Title("Whether the names of the fields are written first") @Default("true")
                    Boolean header,
            @Inline TimeForms times) {}

    public record Outputs(@Title("The workbook") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        long size = 0;
        try (var file = NewFile.create(context);
                var workbook = new Workbook(file.stream(), "Millrace", null)) {
            for (var sheet : sheets(properties).entrySet()) {
                size +=
                        write(
                                workbook.newWorksheet(sheet.getKey()),
                                sheet.getValue(),
                                properties,
                                context);
            }
            workbook.finish();
            context.count("records", (double) size, Map.of());
            return new Outputs(file.store(".xlsx"), size);
        }
    }

    private static final int MOST_ROWS = 1_048_576;
    private static final int LONGEST_TEXT = 32_767;

    private static Map<String, String> sheets(Properties properties) throws TaskFailedException {
        var from = properties.from();
        if (from instanceof String text && text.strip().startsWith("{")) {
            try {
                from = JsonMapper.shared().readValue(text, Map.class);
            } catch (JacksonException e) {
                throw new TaskFailedException("Expected `from` to be a URI or a map", e);
            }
        }
        var sheets = new LinkedHashMap<String, String>();
        if (from instanceof Map<?, ?> map) {
            map.forEach((name, uri) -> sheets.put(String.valueOf(name), String.valueOf(uri)));
        } else {
            sheets.put(properties.sheetsTitle(), String.valueOf(from));
        }
        return sheets;
    }

    private static long write(
            Worksheet sheet, String from, Properties properties, TaskContext context)
            throws IOException, TaskFailedException {
        var times = properties.times().writer();
        int at = 0;
        long size = 0;
        List<String> names = null;
        try (var rows = RowFile.open(from, context)) {
            for (var row = rows.next(); row != null; row = rows.next()) {
                if (row.value() instanceof List<?> list) {
                    line(sheet, at++, list, times);
                } else {
                    var fields = row.fields();
                    if (names == null) {
                        names = List.copyOf(fields.keySet());
                        if (properties.header()) {
                            line(sheet, at++, names, times);
                        }
                    }
                    line(sheet, at++, names.stream().map(fields::get).toList(), times);
                }
                size++;
                if (at % 1000 == 0) {
                    sheet.flush();
                }
            }
        }
        sheet.finish();
        return size;
    }

    private static void line(
            Worksheet sheet,
            int at,
            List<? extends @Nullable Object> values,
            TimeForms.Writer times)
            throws TaskFailedException {
        if (at >= MOST_ROWS) {
            throw new TaskFailedException("A sheet holds %d rows at most".formatted(MOST_ROWS));
        }
        for (int i = 0; i < values.size(); i++) {
            var value = values.get(i);
            switch (value) {
                case null -> {
                    // stays empty
                }
                case Number n -> sheet.value(at, i, n);
                case Boolean b -> sheet.value(at, i, b);
                case Map<?, ?> map ->
                        text(sheet, at, i, JsonMapper.shared().writeValueAsString(map));
                case List<?> list ->
                        text(sheet, at, i, JsonMapper.shared().writeValueAsString(list));
                default -> text(sheet, at, i, times.write(value.toString()));
            }
        }
    }

    private static void text(Worksheet sheet, int row, int column, String text)
            throws TaskFailedException {
        if (text.length() > LONGEST_TEXT) {
            throw new TaskFailedException(
                    "A cell holds %d characters at most".formatted(LONGEST_TEXT));
        }
        sheet.value(row, column, text);
    }
}
