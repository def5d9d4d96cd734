// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import org.bson.Document;

/// Deletes one or many documents.
@Plugin(type = "io.kestra.plugin.mongodb.Delete", title = "Delete documents of MongoDB")
public final class Delete extends MongoTask<Delete.Properties, Delete.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("Which documents") Object filter,
            @Title("DELETE_ONE or DELETE_MANY") @Default("DELETE_ONE") Operation operation)
            implements Target.At {}

    public record Outputs(
            @Title("How many were deleted") long deletedCount,
            @Title("Whether the server has confirmed it") boolean wasAcknowledged) {}

    @Override
    Outputs work(MongoCollection<Document> collection, Properties properties, TaskContext context)
            throws Exception {
        var filter = Documents.read(properties.filter());
        var result =
                switch (properties.operation()) {
                    case DELETE_ONE -> collection.deleteOne(filter);
                    case DELETE_MANY -> collection.deleteMany(filter);
                };
        return new Outputs(result.getDeletedCount(), result.wasAcknowledged());
    }

    /// How many documents are deleted.
    public enum Operation {
        DELETE_ONE,
        DELETE_MANY
    }
}
