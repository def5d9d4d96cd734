// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Deletes topics with all that is in them.
@Plugin(type = "io.millrace.plugin.kafka.admin.DeleteTopics", title = "Delete Kafka topics")
public final class DeleteTopics extends AdminTask<DeleteTopics.Properties, DeleteTopics.Outputs> {

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Title("Topics") List<String> topics,
            @Title("Whether the task fails if one isn't there") @Default("false")
                    Boolean failOnMissing)
            implements Server {}

    public record Outputs(@Title("How many were there") int count) {}

    @Override
    Outputs work(Admin admin, Properties properties, TaskContext context)
            throws ExecutionException, InterruptedException, TaskFailedException {
        int count = 0;
        for (var topic : properties.topics()) {
            try {
                admin.deleteTopics(List.of(topic)).all().get();
                context.log().info("Topic %s is deleted".formatted(topic));
                count++;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || properties.failOnMissing()) {
                    throw e;
                }
            }
        }
        return new Outputs(count);
    }
}
