// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Runs a pipeline.
@Plugin(type = "io.kestra.plugin.mongodb.Aggregate", title = "Run an aggregation of MongoDB")
public final class Aggregate extends MongoTask<Aggregate.Properties, Aggregate.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("Stages") Object pipeline,
            @Title("Whether the server may use its disk") @Default("true") Boolean allowDiskUse,
            @Title("Longest time in milliseconds on the server") @Default("60000")
                    Integer maxTimeMs,
            @Title("Documents that the server sends at once") @Default("1000") Integer batchSize,
            @Title("Whether they are a file rather than an output") @Default("false") Boolean store)
            implements Target.At {}

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
                        .maxTime(properties.maxTimeMs(), TimeUnit.MILLISECONDS)
                        .batchSize(properties.batchSize());
        var result = Documents.fetch(found, properties.store(), context);
        return new Outputs(result.rows(), result.size(), result.uri());
    }
}
