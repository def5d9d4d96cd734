// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.jspecify.annotations.Nullable;

/// Sees how far groups are behind, partition by partition; may fail if it is too far.
@Plugin(
        type = "io.millrace.plugin.kafka.admin.GroupLag",
        title = "See how far a Kafka consumer group is behind")
public final class GroupLag extends AdminTask<GroupLag.Properties, GroupLag.Outputs> {

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Title("Groups") List<String> groups,
            @Title("The task fails if a group is further behind than this") @Nullable Long maxLag)
            implements Server {}

    public record Outputs(
            @Title("By group: messages that it is behind, by topic and partition")
                    Map<String, Map<String, Long>> lags,
            @Title("By group: the sum") Map<String, Long> total) {}

    @Override
    Outputs work(Admin admin, Properties properties, TaskContext context)
            throws ExecutionException, InterruptedException, TaskFailedException {
        var lags = new LinkedHashMap<String, Map<String, Long>>();
        var total = new LinkedHashMap<String, Long>();
        for (var group : properties.groups()) {
            var read = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
            var latest =
                    admin.listOffsets(
                                    read.keySet().stream()
                                            .collect(
                                                    Collectors.toMap(
                                                            p -> p, _ -> OffsetSpec.latest())))
                            .all()
                            .get();
            var own = new TreeMap<String, Long>();
            read.forEach((partition, offset) -> {
                var end = latest.get(partition);
                if (offset != null && end != null) {
                    own.put(partition.toString(), Math.max(0, end.offset() - offset.offset()));
                }
            });
            long sum = own.values().stream().mapToLong(Long::longValue).sum();
            lags.put(group, own);
            total.put(group, sum);
            context.gauge("lag", (double) sum, Map.of("group", group));
        }
        var most = properties.maxLag();
        for (var one : total.entrySet()) {
            if (most != null && one.getValue() > most) {
                throw new TaskFailedException(
                        "Expected group %s to be at most %d behind but it is %d"
                                .formatted(one.getKey(), most, one.getValue()),
                        Map.of("lags", lags, "total", total));
            }
        }
        return new Outputs(lags, total);
    }
}
