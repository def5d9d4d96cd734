// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Runs a pipeline.
@Plugin(type = "io.kestra.plugin.mongodb.Aggregate", title = "Run an aggregation of MongoDB")
public final class Aggregate extends MongoTask<Aggregate.Properties, Aggregate.Outputs> {

    public record Properties(
            @Title("How the server is reached") Connection connection,
            @Title("Database") String database,
            @Title("Collection") String collection,
            @Title("Stages") Object pipeline,
            @Title("Whether the server may use its disk") @Default("true") Boolean allowDiskUse,
            @Title("Longest time in milliseconds on the server") @Default("60000")
                    Integer maxTimeMs,
            @Title("Whether they are a file rather than an output") @Default("false") Boolean store)
            implements Target {}

    public record Outputs(
            @Title("The documents") @Nullable List<@Nullable Object> rows,
            @Title("How many") long size,
            @Title("File with a document a line") @Nullable URI uri) {}

    @Override
    Outputs work(MongoCollection<Document> collection, Properties properties, TaskContext context)
            throws Exception {
        var found =
                collection
                        .aggregate(Documents.list(properties.pipeline()))
                        .allowDiskUse(properties.allowDiskUse())
                        .maxTime(properties.maxTimeMs(), TimeUnit.MILLISECONDS);
        try (var rows = new Rows(context, properties.store() ? FetchType.STORE : FetchType.FETCH);
                var cursor = found.iterator()) {
            while (cursor.hasNext()) {
                rows.add(Documents.plain(cursor.next()));
            }
            var result = rows.finish();
            return new Outputs(result.rows(), result.size(), result.uri());
        }
    }
}
