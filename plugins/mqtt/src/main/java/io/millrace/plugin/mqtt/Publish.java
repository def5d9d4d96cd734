// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.RowFile;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/// Sends messages, and waits until the broker has them.
@Plugin(type = "io.kestra.plugin.mqtt.Publish", title = "Send messages to an MQTT broker")
public final class Publish implements TaskPlugin<Publish.Properties, Publish.Outputs> {
    /// The broker takes a limited number that it hasn't confirmed.
    private static final int UNCONFIRMED = 10;

    private static final long A_MOMENT = TimeUnit.MILLISECONDS.toNanos(1);

    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    public record Properties(
            @Inline Broker broker,
            @Title("Topic, where a message names none") @Nullable String topic,
            @Title(
                            "A message (text, or payload, topic, qos, retain, properties), a list, or a file of them")
                    Object from,
            @Title("0, 1 or 2: how surely they go") @Default("1") Integer qos,
            @Title("Whether the broker keeps them for those who come later") @Default("false")
                    Boolean retain,
            @Title("What payloads are") @Default("STRING") Serde serdeType,
            @Title("Topic that answers are awaited at") @Nullable String responseTopic,
            @Title("What answers bear so that they are known, in Base64")
                    @Nullable String correlationData) {

        /// What a message says beside its payload.
        ///
        /// @param own of the message alone
        MqttProperties beside(Map<?, ?> own) throws TaskFailedException {
            var beside = new MqttProperties();
            beside.setUserProperties(
                    own.entrySet().stream()
                            .map(e ->
                                    new UserProperty(
                                            String.valueOf(e.getKey()),
                                            String.valueOf(e.getValue())))
                            .toList());
            if (responseTopic != null) {
                beside.setResponseTopic(responseTopic);
            }
            if (correlationData != null) {
                try {
                    beside.setCorrelationData(Base64.getDecoder().decode(correlationData.strip()));
                } catch (IllegalArgumentException e) {
                    throw new TaskFailedException("Expected Base64 in `correlationData`", e);
                }
            }
            return beside;
        }
    }

    public record Outputs(@Title("How many messages") long messagesCount) {}

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        try (var connection = Connection.open(p.broker(), null, null, egress);
                var _ = Cancelling.closes(connection, context)) {
            var sending = new Sending(connection, p, new ArrayDeque<>());
            long count = 0;
            if (p.from() instanceof String text && text.strip().startsWith("kestra:///")) {
                try (var rows = RowFile.open(text, context)) {
                    for (var row = rows.next(); row != null; row = rows.next()) {
                        sending.send(row.value());
                        count++;
                    }
                }
            } else {
                for (var one : p.from() instanceof List<?> list ? list : List.of(p.from())) {
                    sending.send(one);
                    count++;
                }
            }
            sending.finish();
            context.count("messages", (double) count, Map.of());
            return new Outputs(count);
        } catch (MqttException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw Connection.failure("Unable to send to the broker", e);
        }
    }

    /// Messages on their way, oldest first.
    private record Sending(Connection connection, Properties p, Queue<IMqttToken> waiting) {

        void send(@Nullable Object given) throws MqttException, TaskFailedException {
            var message = given instanceof Map<?, ?> map && map.containsKey("payload") ? map : null;
            var topic = message == null ? null : message.get("topic");
            if (topic == null) {
                topic = p.topic();
            }
            if (topic == null) {
                throw new TaskFailedException("Expected `topic` in the task or the message");
            }
            var fields = message == null ? Map.of() : message;
            var sent =
                    new MqttMessage(
                            p.serdeType().write(message == null ? given : message.get("payload")));
            sent.setQos(fields.get("qos") instanceof Number n ? n.intValue() : p.qos());
            sent.setRetained(fields.get("retain") instanceof Boolean b ? b : p.retain());
            sent.setProperties(
                    p.beside(fields.get("properties") instanceof Map<?, ?> own ? own : Map.of()));
            if (waiting.size() >= UNCONFIRMED) {
                confirm();
            }
            try {
                waiting.add(publish(topic.toString(), sent));
            } catch (IllegalArgumentException e) {
                throw new TaskFailedException("A message doesn't fit: " + e.getMessage(), e);
            }
        }

        /// The client says that a message is confirmed before it counts it as such, in a thread of
        /// its own: it may have no place for the next one yet (eclipse-paho/paho.mqtt.java#551).
        private IMqttToken publish(String topic, MqttMessage message) throws MqttException {
            long begin = System.nanoTime();
            while (true) {
                try {
                    return connection.client().publish(topic, message);
                } catch (MqttException e) {
                    long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                    if (e.getReasonCode() != MqttClientException.REASON_CODE_MAX_INFLIGHT
                            || waited > connection.patience()
                            || Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                    LockSupport.parkNanos(A_MOMENT);
                }
            }
        }

        private void confirm() throws MqttException {
            var oldest = waiting.remove();
            oldest.waitForCompletion(connection.patience());
        }

        void finish() throws MqttException {
            while (!waiting.isEmpty()) {
                confirm();
            }
        }
    }
}
