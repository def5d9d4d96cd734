// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.util.ArrayList;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Inserts the rows of a file in batches.
@Plugin(type = "io.kestra.plugin.mongodb.Load", title = "Insert rows of a file into MongoDB")
public final class Load extends MongoTask<Load.Properties, Load.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("URI of a file with rows in JSON or Ion") String from,
            @Title("Rows in a batch") @Default("1000") Integer chunk,
            @Title("Field whose value becomes the id") @Nullable String idKey,
            @Title("Whether the field with the id is left out") @Default("true")
                    Boolean removeIdKey)
            implements Target.At {}

    public record Outputs(
            @Title("Rows in the file") long size,
            @Title("Documents that were inserted") long insertedCount) {}

    @Override
    Outputs work(MongoCollection<Document> collection, Properties properties, TaskContext context)
            throws Exception {
        long size = 0;
        long inserted = 0;
        try (var rows = RowFile.open(properties.from(), context)) {
            var batch = new ArrayList<Document>();
            for (var row = rows.next(); row != null; row = rows.next()) {
                var document = Documents.read(row.fields());
                var key = properties.idKey();
                if (key != null) {
                    document.put("_id", document.get(key));
                    if (properties.removeIdKey() && !key.equals("_id")) {
                        document.remove(key);
                    }
                }
                batch.add(document);
                size++;
                if (batch.size() >= properties.chunk()) {
                    inserted += collection.insertMany(batch).getInsertedIds().size();
                    batch.clear();
                }
            }
            if (!batch.isEmpty()) {
                inserted += collection.insertMany(batch).getInsertedIds().size();
            }
        }
        context.count("records", (double) size, Map.of());
        return new Outputs(size, inserted);
    }
}
