// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.Pem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
import org.jspecify.annotations.Nullable;

/// A client that is connected.
final class Connection implements AutoCloseable {
    private static final Map<String, Integer> PORTS =
            Map.of("tcp", 1883, "mqtt", 1883, "ssl", 8883, "mqtts", 8883, "ws", 80, "wss", 443);

    /// For how long the broker keeps what a client of a name hasn't got: 30 days.
    private static final long KEPT_SECONDS = 30L * 24 * 3600;

    private final MqttAsyncClient client;
    private final long patience;

    private Connection(MqttAsyncClient client, long patience) {
        this.client = client;
        this.patience = patience;
    }

    /// @param name of the client, if the broker is to keep what comes while it isn't there
    /// @param callback told of what comes, from the first moment on
    static Connection open(
            Broker broker,
            @Nullable String name,
            @Nullable MqttCallback callback,
            EgressPolicy egress)
            throws TaskFailedException {
        if (!broker.mqttVersion().equalsIgnoreCase("V5")) {
            throw new TaskFailedException("Expected mqttVersion V5: no older one is spoken here");
        }
        var server = server(broker.server(), egress);
        var options = new MqttConnectionOptions();
        options.setCleanStart(name == null);
        if (name != null) {
            options.setSessionExpiryInterval(KEPT_SECONDS);
        }
        options.setReceiveMaximum(65_535);
        options.setHttpsHostnameVerificationEnabled(broker.httpsHostnameVerificationEnabled());
        options.setAutomaticReconnect(false);
        options.setConnectionTimeout(Math.toIntExact(broker.connectionTimeout().toSeconds()));
        if (broker.username() != null) {
            options.setUserName(broker.username());
        }
        if (broker.password() != null) {
            options.setPassword(broker.password().getBytes(StandardCharsets.UTF_8));
        }
        var tls = Pem.tls(broker.crt(), null, null, false);
        if (tls != null) {
            options.setSocketFactory(tls.getSocketFactory());
        }
        var id = name;
        if (id == null) {
            id = broker.clientId() == null ? "millrace-" + UUID.randomUUID() : broker.clientId();
        }
        long patience = broker.connectionTimeout().toMillis();
        try {
            var client = new MqttAsyncClient(server, id, new MemoryPersistence());
            try {
                // what is heard is told to the broker once it is dealt with
                client.setManualAcks(true);
                if (callback != null) {
                    client.setCallback(callback);
                }
                client.connect(options).waitForCompletion(patience);
                return new Connection(client, patience);
            } catch (MqttException e) {
                // closing alone leaves the socket of a broker that hasn't said anything yet
                client.disconnectForcibly(0, 0, false);
                client.close(true);
                throw e;
            }
        } catch (MqttException e) {
            throw failure("Unable to connect to the broker at " + server, e);
        }
    }

    private static String server(String given, EgressPolicy egress) throws TaskFailedException {
        URI uri;
        try {
            uri = URI.create(given.strip());
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected a server such as tcp://host:1883");
        }
        var port = PORTS.get(String.valueOf(uri.getScheme()));
        if (uri.getHost() == null || port == null || uri.getUserInfo() != null) {
            throw new TaskFailedException("Expected a server such as tcp://host:1883");
        }
        int number = uri.getPort() > 0 ? uri.getPort() : port;
        egress.check(uri.getHost(), number);
        var scheme =
                switch (uri.getScheme()) {
                    case "mqtt" -> "tcp";
                    case "mqtts" -> "ssl";
                    default -> uri.getScheme();
                };
        return "%s://%s:%d%s"
                .formatted(
                        scheme,
                        uri.getHost(),
                        number,
                        scheme.startsWith("ws") && uri.getRawPath() != null
                                ? uri.getRawPath()
                                : "");
    }

    MqttAsyncClient client() {
        return client;
    }

    /// How long to wait for the broker, in milliseconds.
    long patience() {
        return patience;
    }

    static TaskFailedException failure(String what, MqttException e) {
        return switch (e.getReasonCode()) {
            case MqttReturnCode.RETURN_CODE_BAD_USERNAME_OR_PASSWORD,
                    MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED ->
                    new TaskFailedException("The broker refuses the user or the password", e);
            default -> {
                var cause = e.getCause() == null ? e : e.getCause();
                yield new TaskFailedException(what + ": " + cause.getMessage(), e);
            }
        };
    }

    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                leave();
            }
            client.close(true);
        } catch (MqttException _) {
            // it is gone, then
        }
    }

    /// Leaves in order: what the broker was told of the last messages is sent before the farewell,
    /// or they would come again.
    private void leave() throws MqttException {
        try {
            client.disconnect(100).waitForCompletion(patience);
        } catch (MqttException _) {
            client.disconnectForcibly(0, 500, false);
        }
    }
}
