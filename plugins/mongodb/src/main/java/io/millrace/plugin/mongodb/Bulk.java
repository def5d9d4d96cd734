// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.DeleteManyModel;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateManyModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/// Runs a file of writes, one a line: `{"insertOne": {…}}`, `{"updateMany": {"filter": {…},
/// "update": {…}}}` and the like, in batches.
///
/// @see <a
///   href="https://www.mongodb.com/docs/manual/reference/method/db.collection.bulkWrite/">bulkWrite</a>
@Plugin(type = "io.kestra.plugin.mongodb.Bulk", title = "Run a file of writes in MongoDB")
public final class Bulk extends MongoTask<Bulk.Properties, Bulk.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("URI of a file with a write a line, in JSON") String from,
            @Title("Writes in a batch") @Default("1000") Integer chunk)
            implements Target.At {}

    public record Outputs(
            @Title("Writes in the file") long size,
            @Title("Documents that were inserted") long insertedCount,
            @Title("Documents that fitted what was to be changed") long matchedCount,
            @Title("Documents that were changed") long modifiedCount,
            @Title("Documents that were deleted") long deletedCount) {

        private Outputs plus(
                MongoCollection<Document> collection, List<WriteModel<Document>> writes) {
            if (writes.isEmpty()) {
                return this;
            }
            var done = collection.bulkWrite(writes);
            return new Outputs(
                    size + writes.size(),
                    insertedCount + done.getInsertedCount(),
                    matchedCount + done.getMatchedCount(),
                    modifiedCount + done.getModifiedCount(),
                    deletedCount + done.getDeletedCount());
        }
    }

    @Override
    Outputs work(MongoCollection<Document> collection, Properties properties, TaskContext context)
            throws Exception {
        var done = new Outputs(0, 0, 0, 0, 0);
        var batch = new ArrayList<WriteModel<Document>>();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                RowFile.stream(properties.from(), context),
                                StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank()) {
                    continue;
                }
                batch.add(write(Documents.read(line)));
                if (batch.size() >= properties.chunk()) {
                    done = done.plus(collection, batch);
                    batch.clear();
                }
            }
        }
        done = done.plus(collection, batch);
        context.count("records", (double) done.size(), Map.of());
        return done;
    }

    private static WriteModel<Document> write(Document line) throws TaskFailedException {
        if (line.size() != 1) {
            throw new TaskFailedException(
                    "Expected one write a line, such as {\"insertOne\": {…}}");
        }
        var kind = line.keySet().iterator().next();
        var what = document(line, kind);
        boolean upsert = Boolean.TRUE.equals(what.get("upsert"));
        return switch (kind) {
            case "insertOne" -> new InsertOneModel<>(what);
            case "replaceOne" ->
                    new ReplaceOneModel<>(
                            document(what, "filter"),
                            document(what, "replacement"),
                            new ReplaceOptions().upsert(upsert));
            case "updateOne" ->
                    new UpdateOneModel<>(
                            document(what, "filter"), document(what, "update"), options(what));
            case "updateMany" ->
                    new UpdateManyModel<>(
                            document(what, "filter"), document(what, "update"), options(what));
            case "deleteOne" -> new DeleteOneModel<>(document(what, "filter"));
            case "deleteMany" -> new DeleteManyModel<>(document(what, "filter"));
            default ->
                    throw new TaskFailedException(
                            "Expected a write such as insertOne, updateMany or deleteOne but got '%s'"
                                    .formatted(kind));
        };
    }

    private static UpdateOptions options(Document what) throws TaskFailedException {
        var options = new UpdateOptions().upsert(Boolean.TRUE.equals(what.get("upsert")));
        return what.get("arrayFilters") == null
                ? options
                : options.arrayFilters(Documents.list(what.get("arrayFilters")));
    }

    private static Document document(Document in, String name) throws TaskFailedException {
        if (in.get(name) instanceof Document document) {
            return document;
        }
        throw new TaskFailedException("Expected an object in `%s`".formatted(name));
    }
}
