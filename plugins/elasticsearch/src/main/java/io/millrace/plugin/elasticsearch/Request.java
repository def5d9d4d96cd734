// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks any path that no other task is for.
@Plugin(
        type = "io.kestra.plugin.elasticsearch.Request",
        aliases = "io.kestra.plugin.opensearch.Request",
        title = "Ask for anything")
public final class Request extends SearchTask<Request.Properties, Request.Outputs> {

    public record Properties(
            @Title("Nodes and credentials") Connection connection,
            @Title("Shard that documents are routed to") @Nullable String routing,
            @Title("GET, POST, PUT, PATCH, DELETE or HEAD") @Default("GET") String method,
            @Title("Path, such as _cluster/health") String endpoint,
            @Title("Query") @Nullable Map<String, String> parameters,
            @Title("Body, as a map or JSON") @Nullable Object body)
            implements Target {}

    public record Outputs(
            @Title("Status") int status, @Title("What came") @Nullable Object response) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var fields = new LinkedHashMap<String, String>();
        if (properties.parameters() != null) {
            fields.putAll(properties.parameters());
        }
        if (properties.routing() != null) {
            fields.putIfAbsent("routing", properties.routing());
        }
        var endpoint = properties.endpoint().strip();
        var path = (endpoint.startsWith("/") ? "" : "/") + endpoint + query(fields);
        var answer =
                api.ask(
                        call(
                                properties.method().strip().toUpperCase(Locale.ROOT),
                                path,
                                properties.body()));
        var type = answer.header("content-type").orElse("");
        return new Outputs(answer.status(), type.contains("json") ? answer.json() : answer.body());
    }
}
