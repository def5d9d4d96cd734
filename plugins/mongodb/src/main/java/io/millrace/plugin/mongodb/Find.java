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
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Finds documents.
@Plugin(type = "io.kestra.plugin.mongodb.Find", title = "Find documents of MongoDB")
public final class Find extends MongoTask<Find.Properties, Find.Outputs> {

    public record Properties(
            @Title("How the server is reached") Connection connection,
            @Title("Database") String database,
            @Title("Collection") String collection,
            @Title("Which documents; all if absent") @Nullable Object filter,
            @Title("Which fields") @Nullable Object projection,
            @Title("In which order") @Nullable Object sort,
            @Title("How many at most") @Nullable Integer limit,
            @Title("How many are left out first") @Nullable Integer skip,
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
                        .find(Documents.read(properties.filter()))
                        .projection(Documents.optional(properties.projection()))
                        .sort(Documents.optional(properties.sort()))
                        .limit(properties.limit() == null ? 0 : properties.limit())
                        .skip(properties.skip() == null ? 0 : properties.skip())
                        .batchSize(1000);
        try (var rows = new Rows(context, properties.store() ? FetchType.STORE : FetchType.FETCH);
                var cursor = found.iterator()) {
            while (cursor.hasNext()) {
                rows.add(Documents.plain(cursor.next()));
            }
            var result = rows.finish();
            context.count("size", (double) result.size(), Map.of());
            return new Outputs(result.rows(), result.size(), result.uri());
        }
    }
}
