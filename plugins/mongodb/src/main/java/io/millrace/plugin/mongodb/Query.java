// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Rows;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Which documents of a collection are meant.
record Query(
        @Title("Which documents; all if absent") @Nullable Object filter,
        @Title("Which fields") @Nullable Object projection,
        @Title("In which order") @Nullable Object sort,
        @Title("How many at most") @Nullable Integer limit,
        @Title("How many are left out first") @Nullable Integer skip,
        @Title("Whether they are a file rather than an output") @Default("false") Boolean store) {

    Rows.Result in(MongoCollection<Document> collection, TaskContext context) throws Exception {
        var found =
                collection
                        .find(Documents.read(filter))
                        .projection(Documents.optional(projection))
                        .sort(Documents.optional(sort))
                        .limit(limit == null ? 0 : limit)
                        .skip(skip == null ? 0 : skip)
                        .batchSize(1000);
        var result = Documents.fetch(found, store, context);
        context.count("size", (double) result.size(), Map.of());
        return result;
    }
}
