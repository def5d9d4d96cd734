// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads all documents that a search finds into a file, however many.
@Plugin(
        type = "io.kestra.plugin.elasticsearch.Scroll",
        aliases = "io.kestra.plugin.opensearch.Scroll",
        title = "Read all documents that a search finds")
public final class Scroll extends SearchTask<Scroll.Properties, Scroll.Outputs> {

    public record Properties(
            @Title("Nodes and credentials") Connection connection,
            @Title("Shard that documents are routed to") @Nullable String routing,
            @Title("Indexes; all if absent") @Nullable List<String> indexes,
            @Title("The search, as a map or JSON") @Nullable Object request)
            implements Target {}

    public record Outputs(
            @Title("How many") long size,
            @Title("File with a document a line") @Nullable URI uri) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var fields = new LinkedHashMap<String, String>();
        if (properties.routing() != null) {
            fields.put("routing", properties.routing());
        }
        fields.put("scroll", "2m");
        var path = indexes(properties.indexes()) + "/_search" + query(fields);
        var answer = api.ask(call("POST", path, properties.request())).object();
        var scroll = String.valueOf(HttpApi.text(answer, "_scroll_id"));
        var end = Call.json("DELETE", "/_search/scroll", Map.of("scroll_id", List.of(scroll)));
        try (var rows = new Rows(context, FetchType.STORE);
                var _ = api.onCancel(end);
                AutoCloseable _ = () -> api.send(end)) {
            for (var documents = documents(answer);
                    !documents.isEmpty();
                    documents = documents(answer)) {
                for (var document : documents) {
                    rows.add(document);
                }
                answer =
                        api.ask(
                                        Call.json(
                                                "POST",
                                                "/_search/scroll",
                                                Map.of("scroll", "2m", "scroll_id", scroll)))
                                .object();
            }
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            return new Outputs(result.size(), result.uri());
        }
    }
}
