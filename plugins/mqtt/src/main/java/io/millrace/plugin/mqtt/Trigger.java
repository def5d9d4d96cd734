// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes what has come since the last time: the broker keeps it for the trigger meanwhile.
@Plugin(
        type = "io.kestra.plugin.mqtt.Trigger",
        title = "Start an execution when an MQTT broker has messages")
public final class Trigger implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {
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
    public Optional<Outputs> poll(Properties p, TaskContext context) throws Exception {
        var taken =
                p.taking()
                        .take(
                                p.broker(),
                                nameOf(p.broker(), context),
                                p.subscription(),
                                egress,
                                context);
        return taken.size() == 0
                ? Optional.empty()
                : Optional.of(new Outputs(taken.size(), taken.uri()));
    }

    static String nameOf(Broker broker, TaskContext context) {
        var of = context.taskRun();
        var given = broker.clientId();
        return given == null
                ? "millrace-%s-%s-%s-%s"
                        .formatted(of.tenant(), of.namespace(), of.flowId(), of.taskId())
                : given;
    }
}
