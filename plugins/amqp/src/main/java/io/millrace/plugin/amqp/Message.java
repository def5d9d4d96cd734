// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.AMQP;
import io.millrace.plugin.Title;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A message as executions see it.
public record Message(
        @Title("Id of the message") @Nullable String messageId,
        @Title("Content type") @Nullable String contentType,
        @Title("Content encoding") @Nullable String contentEncoding,
        @Title("Headers") Map<String, @Nullable Object> headers,
        @Title("Type of the message") @Nullable String type,
        @Title("Application that sent it") @Nullable String appId,
        @Title("When it was sent") @Nullable String timestamp,
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
                data(body, serdeType));
    }

    private static @Nullable Object data(byte[] body, String serdeType) {
        var text = new String(body, StandardCharsets.UTF_8);
        if (serdeType.equalsIgnoreCase("JSON")) {
            try {
                return JsonMapper.shared().readValue(text, Object.class);
            } catch (JacksonException _) {
                // passed on as the text that it is: it would come for ever
            }
        }
        return text;
    }
}
