// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.AMQP;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.ExactJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A message as executions see it.
public record Message(
        @Title("Id of the message") @Nullable String messageId,
        @Title("Content type") @Nullable String contentType,
        @Title("Content encoding") @Nullable String contentEncoding,
        @Title("Headers") Map<String, @Nullable Object> headers,
        @Title("Type of the message") @Nullable String type,
        @Title("Application that sent it") @Nullable String appId,
        @Title("When it was sent") @Nullable String timestamp,
        @Title("1: the broker may lose it, 2: it is kept on the disk")
                @Nullable Integer deliveryMode,
        @Title("Priority, from 0 to 9") @Nullable Integer priority,
        @Title("What an answer bears so that it is known") @Nullable String correlationId,
        @Title("Queue for an answer") @Nullable String replyTo,
        @Title("How long it may wait") @Nullable Duration expiration,
        @Title("User that sent it") @Nullable String userId,
        @Title("Body") @Nullable Object data) {

    static Message of(AMQP.BasicProperties properties, byte[] body, String serdeType) {
        var headers = new LinkedHashMap<String, @Nullable Object>();
        if (properties.getHeaders() != null) {
            properties
                    .getHeaders()
                    .forEach((name, value) ->
                            headers.put(name, value == null ? null : value.toString()));
        }
        var timestamp = properties.getTimestamp();
        return new Message(
                properties.getMessageId(),
                properties.getContentType(),
                properties.getContentEncoding(),
                headers,
                properties.getType(),
                properties.getAppId(),
                timestamp == null ? null : timestamp.toInstant().toString(),
                properties.getDeliveryMode(),
                properties.getPriority(),
                properties.getCorrelationId(),
                properties.getReplyTo(),
                millis(properties.getExpiration()),
                properties.getUserId(),
                data(body, serdeType));
    }

    /// The protocol has a text of milliseconds there.
    private static @Nullable Duration millis(@Nullable String text) {
        return text == null || !text.matches("\\d{1,15}")
                ? null
                : Duration.ofMillis(Long.parseLong(text));
    }

    private static @Nullable Object data(byte[] body, String serdeType) {
        var text = new String(body, StandardCharsets.UTF_8);
        if (serdeType.equalsIgnoreCase("JSON")) {
            try {
                return ExactJson.read(text);
            } catch (JacksonException _) {
                // passed on as the text that it is: it would come for ever
            }
        }
        return text;
    }
}
