// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.kit.EgressPolicy;
import java.util.Map;
import java.util.UUID;

/// Listens to topics. The broker is told of a message once its execution is certain, and keeps what
/// comes while nobody listens.
@Plugin(
        type = "io.kestra.plugin.mqtt.RealtimeTrigger",
        title = "Start an execution for each message of MQTT topics")
public final class RealtimeTrigger
        implements io.millrace.plugin.RealtimeTrigger<RealtimeTrigger.Properties, Message> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    public record Properties(@Inline Broker broker, @Inline Subscription subscription) {}

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public void listen(Properties p, Emitter<Message> emitter, TaskContext context)
            throws Exception {
        try (var inbox =
                Inbox.open(
                        p.broker(),
                        Trigger.nameOf(p.broker(), context),
                        p.subscription(),
                        egress)) {
            while (true) {
                var next = inbox.next(null);
                if (next == null) {
                    continue;
                }
                var message = next.message().orElseThrow();
                // a packet's number says nothing of who it is: it is used again
                emitter.emit(
                        UUID.randomUUID().toString(),
                        Message.of(next.topic(), message, p.subscription().serdeType()));
                inbox.done(message);
            }
        }
    }
}
