// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Searches documents.
@Plugin(
        type = "io.kestra.plugin.elasticsearch.Search",
        aliases = "io.kestra.plugin.opensearch.Search",
        title = "Search documents")
public final class Search extends SearchTask<Search.Properties, Search.Outputs> {

    public record Properties(
            @Title("Nodes and credentials") Connection connection,
            @Title("Shard that documents are routed to") @Nullable String routing,
            @Title("Indexes; all if absent") @Nullable List<String> indexes,
            @Title("The search, as a map or JSON") @Nullable Object request,
            @Title("FETCH, FETCH_ONE, STORE or NONE") @Default("FETCH") FetchType fetchType)
            implements Target {}

    public record Outputs(
            @Title("How many came") long size,
            @Title("How many there are") @Nullable Long total,
            @Title("Documents, if fetched") @Nullable List<@Nullable Object> rows,
            @Title("The first, if that is fetched") @Nullable Object row,
            @Title("File with a document a line, if stored") @Nullable URI uri) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var fields = new LinkedHashMap<String, String>();
        if (properties.routing() != null) {
            fields.put("routing", properties.routing());
        }
        var path = indexes(properties.indexes()) + "/_search" + query(fields);
        var answer = api.ask(call("POST", path, properties.request())).object();
        var found = HttpApi.at(answer, "hits", "total");
        var total = found instanceof Map<?, ?> map ? map.get("value") : found;
        try (var rows = new Rows(context, properties.fetchType())) {
            for (var document : documents(answer)) {
                if (!rows.add(document)) {
                    break;
                }
            }
            var result = rows.finish();
            context.count("records", (double) result.size(), Map.of());
            return new Outputs(
                    result.size(),
                    total instanceof Number n ? (Long) n.longValue() : null,
                    result.rows(),
                    result.row(),
                    result.uri());
        }
    }
}
