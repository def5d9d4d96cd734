// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.RowFile;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Puts the rows of a file into an index, many at once.
@Plugin(
        type = "io.kestra.plugin.elasticsearch.Load",
        aliases = "io.kestra.plugin.opensearch.Load",
        title = "Load a file of documents")
public final class Load extends SearchTask<Load.Properties, Load.Outputs> {

    public record Properties(
            @Title("Nodes and credentials") Connection connection,
            @Title("Shard that documents are routed to") @Nullable String routing,
            @Title("URI of a file with a document a line") String from,
            @Title("Index") String index,
            @Title("INDEX or CREATE") @Default("INDEX") String opType,
            @Title("Field that is the key") @Nullable String idKey,
            @Title("Whether the key's field isn't part of the document") @Default("true")
                    Boolean removeIdKey,
            @Title("How many at once") @Default("1000") Integer chunk)
            implements Target {}

    public record Outputs(@Title("How many") long size) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var fields = new LinkedHashMap<String, String>();
        if (properties.routing() != null) {
            fields.put("routing", properties.routing());
        }
        long size = 0;
        var body = new StringBuilder();
        try (var rows = RowFile.open(properties.from(), context)) {
            for (var row = rows.next(); row != null; row = rows.next()) {
                var document = row.fields();
                var about = new LinkedHashMap<String, @Nullable Object>();
                about.put("_index", properties.index());
                if (properties.idKey() != null) {
                    about.put("_id", String.valueOf(document.get(properties.idKey())));
                    if (properties.removeIdKey()) {
                        document.remove(properties.idKey());
                    }
                }
                var action = new LinkedHashMap<String, Object>();
                action.put(properties.opType().toLowerCase(Locale.ROOT), about);
                body.append(JsonMapper.shared().writeValueAsString(action)).append('\n');
                body.append(JsonMapper.shared().writeValueAsString(document)).append('\n');
                if (++size % properties.chunk() == 0) {
                    Bulk.send(api, body, fields);
                }
            }
        }
        Bulk.send(api, body, fields);
        context.count("records", (double) size, Map.of());
        return new Outputs(size);
    }
}
