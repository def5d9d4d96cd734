// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.RowFile;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a file as the bulk API has it: an action a line, its document in the next.
@Plugin(
        type = "io.kestra.plugin.elasticsearch.Bulk",
        aliases = "io.kestra.plugin.opensearch.Bulk",
        title = "Run a file of bulk actions")
public final class Bulk extends SearchTask<Bulk.Properties, Bulk.Outputs> {

    public record Properties(
            @Title("Nodes and credentials") Connection connection,
            @Title("Shard that documents are routed to") @Nullable String routing,
            @Title("URI of the file") String from,
            @Title("How many actions at once") @Default("1000") Integer chunk)
            implements Target {}

    public record Outputs(@Title("How many actions") long size) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var fields = new LinkedHashMap<String, String>();
        if (properties.routing() != null) {
            fields.put("routing", properties.routing());
        }
        long size = 0;
        var body = new StringBuilder();
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(
                                RowFile.stream(properties.from(), context),
                                StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isBlank()) {
                    continue;
                }
                body.append(line).append('\n');
                if (!line.strip().replace(" ", "").startsWith("{\"delete\":")) {
                    var document = reader.readLine();
                    if (document == null) {
                        throw new TaskFailedException("Expected a document behind each action");
                    }
                    body.append(document).append('\n');
                }
                if (++size % properties.chunk() == 0) {
                    send(api, body, fields);
                }
            }
        }
        send(api, body, fields);
        context.count("records", (double) size, Map.of());
        return new Outputs(size);
    }

    /// Sends what has come together, and empties it.
    static void send(HttpApi api, StringBuilder body, Map<String, String> fields)
            throws TaskFailedException, InterruptedException {
        if (body.isEmpty()) {
            return;
        }
        var answer =
                api.ask(
                        new Call(
                                "POST",
                                "/_bulk" + query(fields),
                                Map.of(),
                                "application/x-ndjson",
                                body.toString()));
        body.setLength(0);
        checkBulk(answer.object());
    }
}
