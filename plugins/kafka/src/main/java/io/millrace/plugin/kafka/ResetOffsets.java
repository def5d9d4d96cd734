// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Sets where a group that nobody is in reads on.
@Plugin(
        type = "io.millrace.plugin.kafka.admin.ResetOffsets",
        title = "Set where a Kafka consumer group reads on")
public final class ResetOffsets extends AdminTask<ResetOffsets.Properties, ResetOffsets.Outputs> {

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Title("Group") String groupId,
            @Title("Topic") String topic,
            @Title("EARLIEST, LATEST, or a moment such as 2026-01-01T00:00:00Z") String to)
            implements Server {}

    public record Outputs(@Title("New offsets by partition") Map<String, Long> offsets) {}

    @Override
    Outputs work(Admin admin, Properties properties, TaskContext context)
            throws ExecutionException, InterruptedException, TaskFailedException {
        OffsetSpec spec =
                switch (properties.to().strip().toUpperCase(Locale.ROOT)) {
                    case "EARLIEST" -> OffsetSpec.earliest();
                    case "LATEST" -> OffsetSpec.latest();
                    case String moment -> {
                        try {
                            yield OffsetSpec.forTimestamp(Instant.parse(moment).toEpochMilli());
                        } catch (java.time.DateTimeException e) {
                            throw new TaskFailedException(
                                    "Expected EARLIEST, LATEST or a moment but got '%s'"
                                            .formatted(moment),
                                    e);
                        }
                    }
                };
        var topic =
                admin.describeTopics(List.of(properties.topic()))
                        .allTopicNames()
                        .get()
                        .get(properties.topic());
        var wanted = new LinkedHashMap<TopicPartition, OffsetSpec>();
        var latest = new LinkedHashMap<TopicPartition, OffsetSpec>();
        if (topic != null) {
            for (var partition : topic.partitions()) {
                var one = new TopicPartition(properties.topic(), partition.partition());
                wanted.put(one, spec);
                latest.put(one, OffsetSpec.latest());
            }
        }
        var found = admin.listOffsets(wanted).all().get();
        var ends = admin.listOffsets(latest).all().get();
        var offsets = new LinkedHashMap<TopicPartition, OffsetAndMetadata>();
        var said = new TreeMap<String, Long>();
        found.forEach((partition, offset) -> {
            // nothing is as young as that: the end
            var end = ends.get(partition);
            long at = offset.offset() < 0 && end != null ? end.offset() : offset.offset();
            offsets.put(partition, new OffsetAndMetadata(at));
            said.put(partition.toString(), at);
        });
        admin.alterConsumerGroupOffsets(properties.groupId(), offsets).all().get();
        return new Outputs(said);
    }
}
