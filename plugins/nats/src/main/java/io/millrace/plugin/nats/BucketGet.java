// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.ExactJson;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueEntry;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Reads values of a bucket.
@Plugin(type = "io.kestra.plugin.nats.kv.Get", title = "Read keys of a NATS bucket")
public final class BucketGet extends NatsTask<BucketGet.Properties, BucketGet.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Bucket") String bucketName,
            @Title("Keys") @Nullable List<String> keys,
            @Title("Keys with the revision that is wanted, in place of `keys`")
                    @Nullable Map<String, Long> keyRevisions)
            implements At {}

    public record Outputs(
            @Title("Values by key; those that aren't there are left out")
                    Map<String, @Nullable Object> output) {}

    @Override
    Outputs work(Connection nats, Properties properties, TaskContext context) throws Exception {
        var bucket = nats.keyValue(properties.bucketName());
        var values = new LinkedHashMap<String, @Nullable Object>();
        if (properties.keyRevisions() != null) {
            for (var wanted : properties.keyRevisions().entrySet()) {
                put(values, bucket.get(wanted.getKey(), wanted.getValue()));
            }
        } else if (properties.keys() != null) {
            for (var key : properties.keys()) {
                put(values, bucket.get(key));
            }
        } else {
            throw new TaskFailedException("Expected `keys` or `keyRevisions`");
        }
        return new Outputs(values);
    }

    private static void put(Map<String, @Nullable Object> values, @Nullable KeyValueEntry entry) {
        if (entry == null || entry.getValue() == null) {
            return;
        }
        var text = new String(entry.getValue(), StandardCharsets.UTF_8);
        try {
            values.put(entry.getKey(), ExactJson.read(text));
        } catch (JacksonException _) {
            values.put(entry.getKey(), text); // somebody else's
        }
    }
}
