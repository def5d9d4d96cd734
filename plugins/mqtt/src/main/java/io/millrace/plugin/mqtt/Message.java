// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.Title;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.jspecify.annotations.Nullable;

/// A message as executions see it.
public record Message(
        @Title("Number that the broker gave it; 0 with qos 0") int id,
        @Title("Topic") String topic,
        @Title("0, 1 or 2: how surely it came") int qos,
        @Title("Whether the broker kept it for those who come later") boolean retain,
        @Title("Properties of the message") Map<String, @Nullable Object> properties,
        @Title("Payload") @Nullable Object payload,
        @Title("Topic that an answer is awaited at") @Nullable String responseTopic,
        @Title("What an answer has to bear, in Base64") @Nullable String correlationData) {

    static Message of(String topic, MqttMessage message, Serde serde) {
        var properties = new LinkedHashMap<String, @Nullable Object>();
        var beside = message.getProperties();
        byte[] correlation = null;
        if (beside != null) {
            for (var property : beside.getUserProperties()) {
                properties.put(property.getKey(), property.getValue());
            }
            correlation = beside.getCorrelationData();
        }
        return new Message(
                message.getId(),
                topic,
                message.getQos(),
                message.isRetained(),
                properties,
                serde.read(message.getPayload()),
                beside == null ? null : beside.getResponseTopic(),
                correlation == null ? null : Base64.getEncoder().encodeToString(correlation));
    }
}
