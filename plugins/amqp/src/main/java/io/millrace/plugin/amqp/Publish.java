// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Sends messages, and waits until the broker has taken them.
@Plugin(type = "io.kestra.plugin.amqp.Publish", title = "Send messages to an exchange")
public final class Publish extends BrokerTask<Publish.Properties, Publish.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Exchange") String exchange,
            @Title("Routing key") @Default("") String routingKey,
            @Title(
                            "A message with data, headers, messageId…; a list of them; or the URI of a file of them")
                    Object from,
            @Title("STRING or JSON: what `data` is") @Default("STRING") String serdeType)
            implements At {}

    public record Outputs(@Title("How many messages") long messagesCount) {}

    @Override
    Outputs work(Channel channel, Properties properties, TaskContext context) throws Exception {
        channel.confirmSelect();
        long count = 0;
        if (properties.from() instanceof String text && text.startsWith("kestra:///")) {
            try (var rows = RowFile.open(text, context)) {
                for (var row = rows.next(); row != null; row = rows.next()) {
                    send(channel, properties, row.value());
                    if (++count % 1000 == 0) {
                        channel.waitForConfirmsOrDie(PATIENCE);
                    }
                }
            }
        } else {
            for (var message :
                    properties.from() instanceof List<?> list ? list : List.of(properties.from())) {
                send(channel, properties, message);
                count++;
            }
        }
        channel.waitForConfirmsOrDie(PATIENCE);
        context.count("records", (double) count, Map.of());
        return new Outputs(count);
    }

    private static final long PATIENCE = 30_000;

    private static void send(Channel channel, Properties properties, @Nullable Object given)
            throws IOException {
        var message = given instanceof Map<?, ?> map && map.containsKey("data") ? map : Map.of();
        var data = message.isEmpty() ? given : message.get("data");
        boolean json = properties.serdeType().equalsIgnoreCase("JSON") || !(data instanceof String);
        var body =
                json
                        ? JsonMapper.shared().writeValueAsBytes(data)
                        : String.valueOf(data).getBytes(StandardCharsets.UTF_8);
        var headers = new HashMap<String, Object>();
        if (message.get("headers") instanceof Map<?, ?> all) {
            all.forEach((name, value) -> headers.put(String.valueOf(name), String.valueOf(value)));
        }
        channel.basicPublish(
                properties.exchange(),
                properties.routingKey(),
                new AMQP.BasicProperties.Builder()
                        .deliveryMode(2)
                        .headers(headers)
                        .messageId(text(message.get("messageId")))
                        .contentType(
                                message.get("contentType") == null && json
                                        ? "application/json"
                                        : text(message.get("contentType")))
                        .type(text(message.get("type")))
                        .appId(text(message.get("appId")))
                        .build(),
                body);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
