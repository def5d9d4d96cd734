// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.ExactJson;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/// Reads JSON: a value a line, or the elements of one array, one at a time.
@Plugin(
        type = "io.kestra.plugin.serdes.json.JsonToIon",
        aliases = "io.kestra.plugin.serdes.json.JsonReader",
        title = "Make rows of a JSON file")
public final class JsonToIon implements TaskPlugin<JsonToIon.Properties, JsonToIon.Outputs> {

    public record Properties(
            @Title("URI of the file") String from,
            @Title("Whether there is a value a line, rather than one array or value")
                    @Default("true")
                    Boolean newLine,
            @Title("Encoding of the text") @Default("UTF-8") String charset) {}

    public record Outputs(
            @Title("The converted file") URI uri, @Title("How many rows") long size) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        try (var reader = Texts.open(properties.from(), properties.charset(), context);
                var parser = ExactJson.parser(reader);
                var rows = new Rows(context, FetchType.STORE)) {
            var token = parser.nextToken();
            boolean array = !properties.newLine() && token == JsonToken.START_ARRAY;
            if (array) {
                token = parser.nextToken();
            }
            while (token != null && token != JsonToken.END_ARRAY) {
                rows.add(ExactJson.read(parser));
                token = parser.nextToken();
            }
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            return new Outputs(Objects.requireNonNull(result.uri()), result.size());
        } catch (JacksonException e) {
            throw new TaskFailedException("Expected JSON but " + e.getOriginalMessage(), e);
        }
    }
}
