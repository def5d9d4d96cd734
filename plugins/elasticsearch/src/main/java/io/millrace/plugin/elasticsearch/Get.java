// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.elasticsearch;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Gets a document by its key.
@Plugin(
        type = "io.kestra.plugin.elasticsearch.Get",
        aliases = "io.kestra.plugin.opensearch.Get",
        title = "Get a document")
public final class Get extends SearchTask<Get.Properties, Get.Outputs> {

    public record Properties(
            @Title("Nodes and credentials") Connection connection,
            @Title("Shard that documents are routed to") @Nullable String routing,
            @Title("Index") String index,
            @Title("Key") String key,
            @Title("The version that it must have") @Nullable Long docVersion,
            @Title("Whether the task fails if it isn't there") @Default("false")
                    Boolean errorOnMissing)
            implements Target {}

    public record Outputs(@Title("The document, if it is there") @Nullable Object row) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var fields = new LinkedHashMap<String, String>();
        if (properties.routing() != null) {
            fields.put("routing", properties.routing());
        }
        if (properties.docVersion() != null) {
            fields.put("version", String.valueOf(properties.docVersion()));
        }
        var path =
                "/%s/_doc/%s%s"
                        .formatted(
                                HttpApi.segment(properties.index()),
                                HttpApi.segment(properties.key()),
                                query(fields));
        var answer = api.send(Call.get(path));
        // an index that isn't there is an error
        boolean missing = answer.status() == 404 && !answer.object().containsKey("error");
        if (missing && !properties.errorOnMissing()) {
            return new Outputs(null);
        }
        if (missing) {
            throw new TaskFailedException(
                    "There is no document '%s' in %s"
                            .formatted(properties.key(), properties.index()));
        }
        return new Outputs(answer.orFail().object().get("_source"));
    }
}
