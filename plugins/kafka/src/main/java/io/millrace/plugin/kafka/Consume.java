// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads messages into a file. The progress of the group is kept when the file is.
@Plugin(type = "io.kestra.plugin.kafka.Consume", title = "Read messages from Kafka topics")
public final class Consume implements TaskPlugin<Consume.Properties, Consume.Outputs> {
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
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var result =
                Reading.read(p, p.pollDuration(), p.maxRecords(), p.maxDuration(), egress, context);
        return new Outputs(result.size(), result.uri());
    }
}
