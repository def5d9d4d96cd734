// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Inserts a document.
@Plugin(type = "io.kestra.plugin.mongodb.InsertOne", title = "Insert a document into MongoDB")
public final class InsertOne extends MongoTask<InsertOne.Properties, InsertOne.Outputs> {

    public record Properties(@Inline Target target, @Title("The document") Object document)
            implements Target.At {}

    public record Outputs(
            @Title("Its id") @Nullable String insertedId,
            @Title("Whether the server has confirmed it") boolean wasAcknowledged) {}

    @Override
    Outputs work(MongoCollection<Document> collection, Properties properties, TaskContext context)
            throws Exception {
        var result = collection.insertOne(Documents.read(properties.document()));
        var id = result.getInsertedId();
        return new Outputs(Documents.id(id), result.wasAcknowledged());
    }
}
