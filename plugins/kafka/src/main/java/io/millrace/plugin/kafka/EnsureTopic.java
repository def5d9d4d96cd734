// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Makes a topic, or changes one that is there: its settings, and more partitions.
@Plugin(
        type = "io.millrace.plugin.kafka.admin.EnsureTopic",
        title = "Make a Kafka topic what it should be")
public final class EnsureTopic extends AdminTask<EnsureTopic.Properties, EnsureTopic.Outputs> {

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Title("Topic") String topic,
            @Title("How many partitions; as the brokers say if absent")
                    @Nullable Integer partitions,
            @Title("How many copies; as the brokers say if absent")
                    @Nullable Short replicationFactor,
            @Title("Settings, such as retention.ms") @Nullable Map<String, String> configs)
            implements Server {}

    public record Outputs(
            @Title("Whether it was made") boolean created,
            @Title("Whether it was changed") boolean changed,
            @Title("How many partitions it has") int partitions) {}

    @Override
    Outputs work(Admin admin, Properties properties, TaskContext context)
            throws ExecutionException, InterruptedException, TaskFailedException {
        var topic = properties.topic();
        var configs =
                properties.configs() == null ? Map.<String, String>of() : properties.configs();
        int there;
        try {
            var found = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            there = found == null ? 0 : found.partitions().size();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
            var made =
                    new NewTopic(
                                    topic,
                                    Optional.ofNullable(properties.partitions()),
                                    Optional.ofNullable(properties.replicationFactor()))
                            .configs(configs);
            var result = admin.createTopics(List.of(made));
            result.all().get();
            context.log().info("Topic %s is made".formatted(topic));
            return new Outputs(true, false, result.numPartitions(topic).get());
        }
        boolean changed = changeConfigs(admin, topic, configs, context);
        var wanted = properties.partitions();
        if (wanted != null && wanted < there) {
            throw new TaskFailedException(
                    "Expected %d partitions but %s has %d, and partitions can't be taken away"
                            .formatted(wanted, topic, there));
        }
        if (wanted != null && wanted > there) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(wanted))).all().get();
            context.log()
                    .info("%s has %d partitions rather than %d".formatted(topic, wanted, there));
            return new Outputs(false, true, wanted);
        }
        return new Outputs(false, changed, there);
    }

    private static boolean changeConfigs(
            Admin admin, String topic, Map<String, String> wanted, TaskContext context)
            throws ExecutionException, InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var now = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        var operations = new ArrayList<AlterConfigOp>();
        wanted.forEach((name, value) -> {
            var entry = now == null ? null : now.get(name);
            if (entry == null || !value.equals(entry.value())) {
                context.log()
                        .info(
                                "%s of %s is %s rather than %s"
                                        .formatted(
                                                name,
                                                topic,
                                                value,
                                                entry == null ? null : entry.value()));
                operations.add(
                        new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET));
            }
        });
        if (!operations.isEmpty()) {
            admin.incrementalAlterConfigs(Map.of(resource, operations)).all().get();
        }
        return !operations.isEmpty();
    }
}
