// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What is read.
record Subscription(
        @Title("What Kafka's client is told: bootstrap.servers, security…")
                Map<String, String> properties,
        @Title("Topic, or a list of topics") @Nullable Object topic,
        @Title("What the names of topics fit") @Nullable String topicPattern,
        @Title("Group whose progress is kept; without one all is read each time")
                @Nullable String groupId,
        @Title("Only messages from then on, where the group has read none") @Nullable String since,
        @Title("What keys are") @Default("STRING") Serde keyDeserializer,
        @Title("What values are") @Default("STRING") Serde valueDeserializer,
        @Inline RegistryOptions registry,
        @Title("Only messages with all these headers")
                @Nullable Map<String, String> headerFilters) {

    /// Whether a message has the headers that are asked for.
    boolean wants(ConsumerRecord<byte[], byte[]> record) {
        return headerFilters == null
                || headerFilters.entrySet().stream().allMatch(filter -> has(record, filter));
    }

    private static boolean has(
            ConsumerRecord<byte[], byte[]> record, Map.Entry<String, String> filter) {
        var header = record.headers().lastHeader(filter.getKey());
        return header != null
                && header.value() != null
                && new String(header.value(), StandardCharsets.UTF_8).equals(filter.getValue());
    }

    Message message(ConsumerRecord<byte[], byte[]> record, SchemaRegistry schemas)
            throws TaskFailedException, InterruptedException {
        return Message.of(
                record,
                keyDeserializer.read(record.key(), schemas),
                valueDeserializer.read(record.value(), schemas));
    }
}
