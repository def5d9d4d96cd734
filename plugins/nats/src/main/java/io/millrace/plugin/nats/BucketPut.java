// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.nats.client.Connection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Sets values of a bucket, as JSON.
@Plugin(type = "io.kestra.plugin.nats.kv.Put", title = "Set keys of a NATS bucket")
public final class BucketPut extends NatsTask<BucketPut.Properties, BucketPut.Outputs> {
    private static final JsonMapper JSON = JsonMapper.shared();

    public record Properties(
            @Inline Server server,
            @Title("Bucket") String bucketName,
            @Title("Values by key") Map<String, @Nullable Object> values)
            implements At {}

    public record Outputs(@Title("Revisions by key") Map<String, Long> revisions) {}

    @Override
    Outputs work(Connection nats, Properties properties, TaskContext context) throws Exception {
        var bucket = nats.keyValue(properties.bucketName());
        var revisions = new LinkedHashMap<String, Long>();
        for (var value : properties.values().entrySet()) {
            var json = JSON.writeValueAsBytes(value.getValue());
            revisions.put(value.getKey(), bucket.put(value.getKey(), json));
        }
        return new Outputs(revisions);
    }
}
