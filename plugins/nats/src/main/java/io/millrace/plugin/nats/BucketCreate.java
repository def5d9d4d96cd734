// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.nats.client.Connection;
import io.nats.client.api.KeyValueConfiguration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes a key-value store of JetStream.
@Plugin(type = "io.kestra.plugin.nats.kv.CreateBucket", title = "Make a key-value bucket of NATS")
public final class BucketCreate extends NatsTask<BucketCreate.Properties, BucketCreate.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Its name") String name,
            @Title("What it is for") @Nullable String description,
            @Title("What is kept beside") @Nullable Map<String, String> metadata,
            @Title("How many values of a key are kept") @Default("1") Integer historyPerKey,
            @Title("Most bytes of all") @Nullable Long bucketSize,
            @Title("Most bytes of a value") @Nullable Integer valueSize)
            implements At {}

    public record Outputs(
            @Title("Its name") String bucket,
            @Title("What it is for") @Nullable String description,
            @Title("How many values of a key are kept") long history,
            @Title("How many values there are") long entryCount,
            @Title("Most bytes of all") long bucketSize,
            @Title("Most bytes of a value") long valueSize,
            @Title("What is kept beside") Map<String, String> metadata) {}

    @Override
    Outputs work(Connection nats, Properties properties, TaskContext context) throws Exception {
        var wanted =
                KeyValueConfiguration.builder()
                        .name(properties.name())
                        .maxHistoryPerKey(properties.historyPerKey());
        if (properties.description() != null) {
            wanted.description(properties.description());
        }
        if (properties.metadata() != null) {
            wanted.metadata(properties.metadata());
        }
        if (properties.bucketSize() != null) {
            wanted.maxBucketSize(properties.bucketSize());
        }
        if (properties.valueSize() != null) {
            wanted.maximumValueSize(properties.valueSize());
        }
        var made = nats.keyValueManagement().create(wanted.build());
        return new Outputs(
                made.getBucketName(),
                made.getDescription(),
                made.getMaxHistoryPerKey(),
                made.getEntryCount(),
                made.getMaxBucketSize(),
                made.getMaximumValueSize(),
                made.getMetadata() == null ? Map.of() : made.getMetadata());
    }
}
