// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Listens to topics. The broker is told of a message once its execution is certain, and keeps what
/// comes while nobody listens.
@Plugin(
        type = "io.kestra.plugin.mqtt.RealtimeTrigger",
        title = "Start an execution for each message of MQTT topics")
public final class RealtimeTrigger
        implements io.millrace.plugin.RealtimeTrigger<RealtimeTrigger.Properties, Message> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    public record Properties(
            @Title("Broker, such as tcp://host:1883, ssl://host:8883 or wss://host/mqtt")
                    String server,
            @Title("Name of this client, of the flow and the trigger if absent")
                    @Nullable String clientId,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("How long to wait for the broker") @Default("PT10S") Duration connectionTimeout,
            @Title("Certificates of authorities in PEM, in place of those that Java trusts")
                    @Nullable String crt,
            @Title("Whether the certificate must be of the host") @Default("true")
                    Boolean httpsHostnameVerificationEnabled,
            @Title("V5: the version of MQTT") @Default("V5") String mqttVersion,
            @Title("Topic such as orders/#, or a list of topics") Object topic,
            @Title("0, 1 or 2: how surely they come") @Default("1") Integer qos,
            @Title("What payloads are") @Default("STRING") Serde serdeType)
            implements Subscription {}

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public void listen(Properties p, Emitter<Message> emitter, TaskContext context)
            throws Exception {
        try (var inbox = Inbox.open(p, Trigger.nameOf(p, context), egress)) {
            while (true) {
                var next = inbox.next(null);
                if (next == null) {
                    continue;
                }
                var message = next.message().orElseThrow();
                // a packet's number says nothing of who it is: it is used again
                emitter.emit(
                        UUID.randomUUID().toString(),
                        Message.of(next.topic(), message, p.serdeType()));
                inbox.done(message);
            }
        }
    }
}
