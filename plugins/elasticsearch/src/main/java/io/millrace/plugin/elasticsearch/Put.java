// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Puts a document into an index.
@Plugin(
        type = "io.kestra.plugin.elasticsearch.Put",
        aliases = "io.kestra.plugin.opensearch.Put",
        title = "Put a document")
public final class Put extends SearchTask<Put.Properties, Put.Outputs> {

    public record Properties(
            @Title("Nodes and credentials") Connection connection,
            @Title("Shard that documents are routed to") @Nullable String routing,
            @Title("Index") String index,
            @Title("Key; one is made if absent") @Nullable String key,
            @Title("INDEX, or CREATE: it mustn't be there") @Nullable String opType,
            @Title("The document, as a map or JSON") Object value,
            @Title("IMMEDIATE, WAIT_UNTIL or NONE: when searches find it") @Default("NONE")
                    String refreshPolicy)
            implements Target {}

    public record Outputs(
            @Title("Its key") String id, @Title("Its version") @Nullable Long version) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var fields = new LinkedHashMap<String, String>();
        if (properties.routing() != null) {
            fields.put("routing", properties.routing());
        }
        if (properties.opType() != null) {
            fields.put("op_type", properties.opType().toLowerCase(Locale.ROOT));
        }
        switch (properties.refreshPolicy().toUpperCase(Locale.ROOT)) {
            case "IMMEDIATE" -> fields.put("refresh", "true");
            case "WAIT_UNTIL" -> fields.put("refresh", "wait_for");
            default -> {} // later
        }
        var path =
                "/%s/_doc%s%s"
                        .formatted(
                                HttpApi.segment(properties.index()),
                                properties.key() == null
                                        ? ""
                                        : "/" + HttpApi.segment(properties.key()),
                                query(fields));
        var answer =
                api.ask(call(properties.key() == null ? "POST" : "PUT", path, properties.value()))
                        .object();
        return new Outputs(
                String.valueOf(answer.get("_id")),
                answer.get("_version") instanceof Number n ? (Long) n.longValue() : null);
    }
}
