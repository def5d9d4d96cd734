// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import com.mongodb.client.MongoCollection;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/// Looks for documents.
@Plugin(
        type = "io.kestra.plugin.mongodb.Trigger",
        title = "Start an execution when MongoDB has documents that fit")
public final class Trigger extends MongoTask<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

    public record Properties(@Inline Target target, @Inline Query query) implements Target.At {}

    public record Outputs(
            @Title("The documents") @Nullable List<@Nullable Object> rows,
            @Title("How many") long size,
            @Title("File with a document a line") @Nullable URI uri) {}

    @Override
    Outputs work(MongoCollection<Document> collection, Properties properties, TaskContext context)
            throws Exception {
        var result = properties.query().in(collection, context);
        if (result.size() == 0) {
            throw new NothingNewException();
        }
        return new Outputs(result.rows(), result.size(), result.uri());
    }
}
