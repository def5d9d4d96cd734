// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

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

/// Listens for a while, and takes what comes into a file.
@Plugin(type = "io.kestra.plugin.mqtt.Subscribe", title = "Take messages from an MQTT broker")
public final class Subscribe implements TaskPlugin<Subscribe.Properties, Subscribe.Outputs> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    public record Properties(
            @Title("Broker, such as tcp://host:1883, ssl://host:8883 or wss://host/mqtt")
                    String server,
            @Title("Name of this client, for which the broker keeps what comes meanwhile")
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
            @Title("What payloads are") @Default("STRING") Serde serdeType,
            @Title("How many at most") @Nullable Integer maxRecords,
            @Title("How long at most") @Nullable Duration maxDuration,
            @Title("After how long without one there are no more") @Default("PT2S")
                    Duration pollDuration)
            implements Subscription {}

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
                Inbox.take(
                        p,
                        p.clientId(),
                        p.maxRecords(),
                        p.maxDuration(),
                        p.pollDuration(),
                        egress,
                        context);
        return new Outputs(taken.size(), taken.uri());
    }
}
