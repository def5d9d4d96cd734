// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Default;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.Rows;
import io.millrace.plugin.kit.TakenMessages;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads what is there into a file, and keeps the group's progress once the file is stored.
record Reading(
        @Title("Reading ends when none came for so long") @Default("PT5S") Duration pollDuration,
        @Title("How many messages at most") @Nullable Integer maxRecords,
        @Title("How long at most") @Nullable Duration maxDuration) {

    Rows.Result read(Subscription subscription, PluginSettings settings, TaskContext context)
            throws Exception {
        var result =
                TakenMessages.once(context, taken -> take(taken, subscription, settings, context));
        context.count("records", (double) result.size(), Map.of());
        return result;
    }

    private Rows.Result take(
            TakenMessages taken,
            Subscription subscription,
            PluginSettings settings,
            TaskContext context)
            throws Exception {
        long most = maxRecords == null ? Long.MAX_VALUE : maxRecords;
        long end = maxDuration == null ? Long.MAX_VALUE : System.nanoTime() + maxDuration.toNanos();
        long count = 0;
        try (var schemas = new SchemaRegistry(settings, subscription.registry(), context);
                var reader = Reader.open(subscription, EgressPolicy.of(settings), context)) {
            var next = new HashMap<TopicPartition, OffsetAndMetadata>();
            long idle = System.nanoTime() + pollDuration.toNanos();
            boolean more = true;
            while (more && count < most && System.nanoTime() < end) {
                var records = reader.poll(Duration.ofNanos(Math.max(0, idle - System.nanoTime())));
                // none is no end yet: it comes early where only a transaction's mark was read
                more = !records.isEmpty() || System.nanoTime() < idle;
                if (!records.isEmpty()) {
                    idle = System.nanoTime() + pollDuration.toNanos();
                }
                for (var record : records) {
                    if (count >= most) {
                        break;
                    }
                    next.put(
                            new TopicPartition(record.topic(), record.partition()),
                            new OffsetAndMetadata(record.offset() + 1));
                    if (subscription.wants(record)) {
                        taken.add(subscription.message(record, schemas));
                        count++;
                    }
                }
            }
            return taken.keep(() -> reader.commit(next));
        }
    }
}
