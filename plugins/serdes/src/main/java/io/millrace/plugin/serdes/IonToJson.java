// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.NewFile;
import io.millrace.plugin.kit.RowFile;
import java.io.OutputStreamWriter;
import java.net.URI;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Writes JSON: a row a line, or one array.
@Plugin(
        type = "io.kestra.plugin.serdes.json.IonToJson",
        aliases = "io.kestra.plugin.serdes.json.JsonWriter",
        title = "Make a JSON file of rows")
public final class IonToJson implements TaskPlugin<IonToJson.Properties, IonToJson.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Whether a row is a line, rather than an element of one array") @Default("true")
                    Boolean newLine,
            @Title("Encoding of the text") @Default("UTF-8") String charset) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var mapper = JsonMapper.shared();
        long size = 0;
        try (var rows = RowFile.asWritten(properties.from(), context);
                var file = NewFile.create(context)) {
            var writer = new OutputStreamWriter(file.stream(), Texts.charset(properties.charset()));
            if (!properties.newLine()) {
                writer.write("[");
            }
            for (var row = rows.next(); row != null; row = rows.next()) {
                if (!properties.newLine() && size > 0) {
                    writer.write(",");
                }
                writer.write(mapper.writeValueAsString(row.value()));
                if (properties.newLine()) {
                    writer.write("\n");
                }
                size++;
            }
            if (!properties.newLine()) {
                writer.write("]");
            }
            writer.flush();
            context.count("records", (double) size, Map.of());
            return new Outputs(file.store(properties.newLine() ? ".jsonl" : ".json"), size);
        }
    }
}
