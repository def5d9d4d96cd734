// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import io.millrace.plugin.Default;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Looks for documents.
@Plugin(
        type = "io.kestra.plugin.mongodb.Trigger",
        title = "Start an execution when MongoDB has documents that fit")
public final class Trigger extends MongoTask<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

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
            if (result.size() == 0) {
                throw new NothingNewException();
            }
            return new Outputs(result.rows(), result.size(), result.uri());
        }
    }

    @Override
    public Optional<Outputs> poll(Properties properties, TaskContext context) throws Exception {
        try {
            return Optional.of(super.run(properties, context));
        } catch (NothingNewException _) {
            return Optional.empty();
        }
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        return super.run(properties, context);
    }
}
