// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads what has come; all of it starts one execution.
@Plugin(
        type = "io.kestra.plugin.kafka.Trigger",
        title = "Start an execution when Kafka topics have messages")
public final class Trigger implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Title("Topic, or a list of topics") @Nullable Object topic,
            @Title("What the names of topics fit") @Nullable String topicPattern,
            @Title("Group whose progress is kept; without one all is read each time")
                    @Nullable String groupId,
            @Title("Only messages from then on, where the group has read none")
                    @Nullable String since,
            @Title("What keys are") @Default("STRING") Serde keyDeserializer,
            @Title("What values are") @Default("STRING") Serde valueDeserializer,
            @Title("Reading ends when none came for so long") @Default("PT5S")
                    Duration pollDuration,
            @Title("How many messages at most") @Nullable Integer maxRecords,
            @Title("How long at most") @Nullable Duration maxDuration)
            implements Subscription {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line") @Nullable URI uri) {}

    @Override
    public Optional<Outputs> poll(Properties p, TaskContext context) throws Exception {
        if (p.groupId() == null) {
            throw new TaskFailedException("Expected `groupId`: else all is found again each time");
        }
        var result =
                Reading.read(p, p.pollDuration(), p.maxRecords(), p.maxDuration(), egress, context);
        return result.size() == 0
                ? Optional.empty()
                : Optional.of(new Outputs(result.size(), result.uri()));
    }
}
