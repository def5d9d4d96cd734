// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.nats.client.Connection;
import java.util.List;

/// Deletes keys of a bucket.
@Plugin(type = "io.kestra.plugin.nats.kv.Delete", title = "Delete keys of a NATS bucket")
public final class BucketDelete extends NatsTask<BucketDelete.Properties, BucketDelete.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Bucket") String bucketName,
            @Title("Keys") List<String> keys)
            implements At {}

    public record Outputs(@Title("How many") int deletedCount) {}

    @Override
    Outputs work(Connection nats, Properties properties, TaskContext context) throws Exception {
        var bucket = nats.keyValue(properties.bucketName());
        for (var key : properties.keys()) {
            bucket.delete(key);
        }
        return new Outputs(properties.keys().size());
    }
}
