// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOptions;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Changes one or many documents.
@Plugin(type = "io.kestra.plugin.mongodb.Update", title = "Change documents of MongoDB")
public final class Update extends MongoTask<Update.Properties, Update.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("What is changed: operators such as $set, or a whole document with REPLACE_ONE")
                    Object document,
            @Title("Which documents") Object filter,
            @Title("REPLACE_ONE, UPDATE_ONE or UPDATE_MANY") @Default("UPDATE_ONE")
                    Operation operation,
            @Title("Whether a document is made where none fits") @Default("false") Boolean upsert)
            implements Target.At {}

    public record Outputs(
            @Title("Documents that fitted") long matchedCount,
            @Title("Documents that were changed") long modifiedCount,
            @Title("Id of the one that was made") @Nullable String upsertedId,
            @Title("Whether the server has confirmed it") boolean wasAcknowledged) {}

    @Override
    Outputs work(MongoCollection<Document> collection, Properties properties, TaskContext context)
            throws Exception {
        var filter = Documents.read(properties.filter());
        var document = Documents.read(properties.document());
        var options = new UpdateOptions().upsert(properties.upsert());
        var result =
                switch (properties.operation()) {
                    case REPLACE_ONE ->
                            collection.replaceOne(
                                    filter,
                                    document,
                                    new ReplaceOptions().upsert(properties.upsert()));
                    case UPDATE_ONE -> collection.updateOne(filter, document, options);
                    case UPDATE_MANY -> collection.updateMany(filter, document, options);
                };
        var id = result.getUpsertedId();
        return new Outputs(
                result.getMatchedCount(),
                result.getModifiedCount(),
                Documents.id(id),
                result.wasAcknowledged());
    }

    /// How many documents are changed, and how.
    public enum Operation {
        REPLACE_ONE,
        UPDATE_ONE,
        UPDATE_MANY
    }
}
