// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Title;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// A message as executions see it.
public record Message(
        @Title("Key") @Nullable Object key,
        @Title("Value") @Nullable Object value,
        @Title("Headers") Map<String, String> headers,
        @Title("Topic") String topic,
        @Title("Partition") int partition,
        @Title("When it was sent") String timestamp,
        @Title("Where it stands in its partition") long offset) {

    static Message of(
            ConsumerRecord<byte[], byte[]> record, @Nullable Object key, @Nullable Object value) {
        var headers = new LinkedHashMap<String, String>();
        record.headers()
                .forEach(h ->
                        headers.put(
                                h.key(),
                                h.value() == null
                                        ? ""
                                        : new String(h.value(), StandardCharsets.UTF_8)));
        return new Message(
                key,
                value,
                headers,
                record.topic(),
                record.partition(),
                Instant.ofEpochMilli(record.timestamp()).toString(),
                record.offset());
    }
}
