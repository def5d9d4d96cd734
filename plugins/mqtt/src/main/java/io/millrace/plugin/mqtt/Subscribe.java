// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Listens for a while, and takes what comes into a file.
@Plugin(type = "io.kestra.plugin.mqtt.Subscribe", title = "Take messages from an MQTT broker")
public final class Subscribe implements TaskPlugin<Subscribe.Properties, Subscribe.Outputs> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    public record Properties(
            @Inline Broker broker, @Inline Subscription subscription, @Inline Taking taking) {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line") @Nullable URI uri) {}

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var taken =
                p.taking()
                        .take(p.broker(), p.broker().clientId(), p.subscription(), egress, context);
        return new Outputs(taken.size(), taken.uri());
    }
}
