// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Starts an execution for each message of a queue. A message is acknowledged when its execution is
/// certain; one that comes again with the same `messageId` starts no second one.
@Plugin(
        type = "io.kestra.plugin.amqp.RealtimeTrigger",
        title = "Start an execution for each message of an AMQP queue")
public final class RealtimeTrigger
        implements io.millrace.plugin.RealtimeTrigger<RealtimeTrigger.Properties, Message> {
    private static final int UNCONFIRMED = 20;

    public record Properties(
            @Title("URL such as amqp://host:5672/vhost, in place of the parts")
                    @Nullable String url,
            @Title("Host") @Nullable String host,
            @Title("Port") @Default("5672") Integer port,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("Virtual host") @Default("/") String virtualHost,
            @Title("Queue") String queue,
            @Title("STRING or JSON: what `data` becomes") @Default("STRING") String serdeType,
            @Title("Name that the broker shows of the consumer") @Default("Millrace")
                    String consumerTag) {}

    /// A delivery, or the end of the connection.
    private record Arrived(Optional<Delivery> delivery) {}

    @Override
    public void listen(Properties properties, Emitter<Message> emitter, TaskContext context)
            throws Exception {
        var arrived = new LinkedBlockingQueue<Arrived>();
        try (var connection = factory(properties).newConnection(properties.consumerTag());
                var channel = connection.createChannel()) {
            channel.basicQos(UNCONFIRMED);
            connection.addShutdownListener(_ -> arrived.add(new Arrived(Optional.empty())));
            channel.addShutdownListener(_ -> arrived.add(new Arrived(Optional.empty())));
            channel.basicConsume(
                    properties.queue(),
                    false,
                    "",
                    (_, delivery) -> arrived.add(new Arrived(Optional.of(delivery))),
                    _ -> arrived.add(new Arrived(Optional.empty())));
            while (true) {
                var delivery = next(arrived);
                var message = message(delivery, properties.serdeType());
                var id = message.messageId();
                emitter.emit(id == null ? UUID.randomUUID().toString() : id, message);
                channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
            }
        }
    }

    private static Delivery next(BlockingQueue<Arrived> arrived)
            throws InterruptedException, IOException {
        return arrived.take()
                .delivery()
                .orElseThrow(() -> new IOException("The connection, or the queue, is gone"));
    }

    private static ConnectionFactory factory(Properties properties) throws TaskFailedException {
        var factory = new ConnectionFactory();
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(Math.toIntExact(Duration.ofSeconds(10).toMillis()));
        if (properties.url() != null) {
            try {
                factory.setUri(properties.url());
                return factory;
            } catch (URISyntaxException | GeneralSecurityException | IllegalArgumentException e) {
                throw new TaskFailedException("Expected an AMQP URL", e);
            }
        }
        if (properties.host() == null) {
            throw new TaskFailedException("Expected url or host", Map.of());
        }
        factory.setHost(properties.host());
        factory.setPort(properties.port());
        factory.setVirtualHost(properties.virtualHost());
        if (properties.username() != null) {
            factory.setUsername(properties.username());
        }
        if (properties.password() != null) {
            factory.setPassword(properties.password());
        }
        return factory;
    }

    private static Message message(Delivery delivery, String serdeType) {
        var properties = delivery.getProperties();
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
                data(delivery.getBody(), serdeType));
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
