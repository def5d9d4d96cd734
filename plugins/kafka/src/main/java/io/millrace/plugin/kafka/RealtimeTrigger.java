// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Listens to topics. The progress of the group is kept when the execution is certain; a message
/// that comes again starts no second one.
@Plugin(
        type = "io.kestra.plugin.kafka.RealtimeTrigger",
        title = "Start an execution for each message of Kafka topics")
public final class RealtimeTrigger
        implements io.millrace.plugin.RealtimeTrigger<RealtimeTrigger.Properties, Message> {
    private PluginSettings settings = new PluginSettings(Map.of());

    @Override
    public void start(PluginSettings given) {
        settings = given;
    }

    public record Properties(@Inline Subscription subscription) {}

    @Override
    public void listen(Properties p, Emitter<Message> emitter, TaskContext context)
            throws Exception {
        var subscription = p.subscription();
        if (subscription.groupId() == null) {
            throw new TaskFailedException("Expected `groupId`");
        }
        try (var schemas = new SchemaRegistry(settings, subscription.registry(), context);
                var reader = Reader.open(subscription, EgressPolicy.of(settings), context)) {
            while (!Thread.interrupted()) {
                var next = new HashMap<TopicPartition, OffsetAndMetadata>();
                for (var record : reader.poll(Duration.ofSeconds(1))) {
                    var id =
                            "%s-%d-%d"
                                    .formatted(record.topic(), record.partition(), record.offset());
                    if (subscription.wants(record)) {
                        emitter.emit(id, subscription.message(record, schemas));
                    }
                    next.put(
                            new TopicPartition(record.topic(), record.partition()),
                            new OffsetAndMetadata(record.offset() + 1));
                }
                reader.commit(next);
            }
        }
    }
}
