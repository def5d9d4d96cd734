// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.jspecify.annotations.Nullable;

/// Lists topics with their partitions and copies.
@Plugin(type = "io.millrace.plugin.kafka.admin.ListTopics", title = "List Kafka topics")
public final class ListTopics extends AdminTask<ListTopics.Properties, ListTopics.Outputs> {

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Title("A regular expression that names match; all if absent") @Nullable String pattern,
            @Title("Whether Kafka's own are listed, too") @Default("false") Boolean internal)
            implements Server {}

    public record Outputs(
            @Title("Topics by name") Map<String, Topic> topics,
            @Title("How many") int size,
            @Title("How many partitions have fewer copies in sync than they should")
                    int underReplicated) {}

    @Override
    Outputs work(Admin admin, Properties properties, TaskContext context)
            throws ExecutionException, InterruptedException, TaskFailedException {
        var names =
                admin
                        .listTopics(new ListTopicsOptions().listInternal(properties.internal()))
                        .names()
                        .get()
                        .stream()
                        .filter(n ->
                                properties.pattern() == null || n.matches(properties.pattern()))
                        .sorted()
                        .toList();
        var topics = new TreeMap<String, Topic>();
        int under = 0;
        for (var topic : admin.describeTopics(names).allTopicNames().get().values()) {
            int behind =
                    (int)
                            topic.partitions().stream()
                                    .filter(p -> p.isr().size() < p.replicas().size())
                                    .count();
            under += behind;
            int copies =
                    topic.partitions().isEmpty()
                            ? 0
                            : topic.partitions().getFirst().replicas().size();
            topics.put(topic.name(), new Topic(topic.partitions().size(), copies, behind));
        }
        return new Outputs(topics, topics.size(), under);
    }

    /// One topic.
    public record Topic(
            @Title("How many partitions") int partitions,
            @Title("How many copies of each") int replicationFactor,
            @Title("How many partitions have fewer copies in sync") int underReplicated) {}
}
