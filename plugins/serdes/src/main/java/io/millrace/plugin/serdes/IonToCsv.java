// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Writes CSV, a record at a time. The fields are those of the first row.
@Plugin(
        type = "io.kestra.plugin.serdes.csv.IonToCsv",
        aliases = "io.kestra.plugin.serdes.csv.CsvWriter",
        title = "Make a CSV file of rows")
public final class IonToCsv implements TaskPlugin<IonToCsv.Properties, IonToCsv.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Whether the names of the fields are written first") @Default("true")
                    Boolean header,
            @Title("What separates fields") @Default(",") String fieldSeparator,
            @Title("What stands around fields with special characters") @Default("\"")
                    String textDelimiter,
            @Title("Whether it stands around all fields") @Default("false")
                    Boolean alwaysDelimitText,
            @Title(
                            "When it stands around a field: ALWAYS, REQUIRED or NON_NUMERIC; alwaysDelimitText says so if absent")
                    @Nullable QuoteMode quoteMode,
            @Inline TimeForms times,
            @Title("What ends a record") @Default("\n") String lineDelimiter,
            @Title("Encoding of the text") @Default("UTF-8") String charset) {}

    /// When a field is quoted.
    public enum QuoteMode {
        ALWAYS,
        /// Where it has special characters.
        REQUIRED,
        /// Where it is no number.
        NON_NUMERIC
    }

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        char quote = Texts.single(properties.textDelimiter(), "textDelimiter");
        char separator = Texts.single(properties.fieldSeparator(), "fieldSeparator");
        long size = 0;
        try (var rows = RowFile.asWritten(properties.from(), context);
                var file = NewFile.create(context)) {
            var writer = new OutputStreamWriter(file.stream(), Texts.charset(properties.charset()));
            var line = new Line(writer, separator, quote, properties, properties.times().writer());
            List<String> names = null;
            for (var row = rows.next(); row != null; row = rows.next()) {
                if (row.value() instanceof List<?> list) {
                    line.write(list);
                } else {
                    var fields = row.fields();
                    if (names == null) {
                        names = List.copyOf(fields.keySet());
                        if (properties.header()) {
                            line.write(names);
                        }
                    }
                    var values = new ArrayList<@Nullable Object>();
                    names.forEach(name -> values.add(fields.get(name)));
                    line.write(values);
                }
                size++;
            }
            writer.flush();
            context.count("records", (double) size, Map.of());
            return new Outputs(file.store(".csv"), size);
        }
    }

    private record Line(
            Writer writer,
            char separator,
            char quote,
            Properties properties,
            TimeForms.Writer times) {

        void write(List<? extends @Nullable Object> values) throws IOException {
            boolean first = true;
            for (var value : values) {
                if (!first) {
                    writer.write(separator);
                }
                first = false;
                field(value);
            }
            writer.write(properties.lineDelimiter().replace("\\r", "\r").replace("\\n", "\n"));
        }

        private void field(@Nullable Object value) throws IOException {
            if (value == null) {
                return;
            }
            var text =
                    value instanceof Map || value instanceof List
                            ? JsonMapper.shared().writeValueAsString(value)
                            : times.write(value.toString());
            boolean special =
                    text.indexOf(separator) >= 0
                            || text.indexOf(quote) >= 0
                            || text.indexOf('\n') >= 0
                            || text.indexOf('\r') >= 0;
            boolean always =
                    switch (properties.quoteMode()) {
                        case null -> properties.alwaysDelimitText();
                        case ALWAYS -> true;
                        case REQUIRED -> false;
                        case NON_NUMERIC -> !(value instanceof Number);
                    };
            if (!special && !always) {
                writer.write(text);
                return;
            }
            var quoted = String.valueOf(quote);
            writer.write(quoted + text.replace(quoted, quoted + quoted) + quoted);
        }
    }
}
