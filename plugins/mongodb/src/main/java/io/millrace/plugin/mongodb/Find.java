// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Finds documents.
@Plugin(type = "io.kestra.plugin.mongodb.Find", title = "Find documents of MongoDB")
public final class Find extends MongoTask<Find.Properties, Find.Outputs> {

    public record Properties(@Inline Target target, @Inline Query query) implements Target.At {}

    public record Outputs(
            @Title("The documents") @Nullable List<@Nullable Object> rows,
            @Title("How many") long size,
            @Title("File with a document a line") @Nullable URI uri) {}

    @Override
    Outputs work(MongoCollection<Document> collection, Properties properties, TaskContext context)
            throws Exception {
        var result = properties.query().in(collection, context);
        return new Outputs(result.rows(), result.size(), result.uri());
    }
}
