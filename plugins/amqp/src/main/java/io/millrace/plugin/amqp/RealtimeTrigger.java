// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Delivery;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Starts an execution for each message of a queue. A message is acknowledged when its execution is
/// certain; one that comes again with the same `messageId` starts no second one.
@Plugin(
        type = "io.kestra.plugin.amqp.RealtimeTrigger",
        title = "Start an execution for each message of an AMQP queue")
public final class RealtimeTrigger
        implements io.millrace.plugin.RealtimeTrigger<RealtimeTrigger.Properties, Message> {
    private static final int UNCONFIRMED = 20;

    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    public record Properties(
            @Inline Server server,
            @Title("Queue") String queue,
            @Title("STRING or JSON: what `data` becomes") @Default("STRING") String serdeType,
            @Title("Name that the broker shows of the consumer") @Default("Millrace")
                    String consumerTag,
            @Title(
                            "Whether messages are gone once they come, and not when their execution is certain")
                    @Default("false")
                    Boolean autoAck)
            implements At {}

    /// A delivery, or the end of the connection.
    private record Arrived(Optional<Delivery> delivery) {}

    @Override
    public void listen(Properties properties, Emitter<Message> emitter, TaskContext context)
            throws Exception {
        var arrived = new LinkedBlockingQueue<Arrived>();
        try (var connection =
                        Servers.connect(
                                properties.server(), properties.consumerTag(), egress, context);
                var channel = connection.createChannel()) {
            channel.basicQos(UNCONFIRMED);
            connection.addShutdownListener(_ -> arrived.add(new Arrived(Optional.empty())));
            channel.addShutdownListener(_ -> arrived.add(new Arrived(Optional.empty())));
            channel.basicConsume(
                    properties.queue(),
                    properties.autoAck(),
                    "",
                    (_, delivery) -> arrived.add(new Arrived(Optional.of(delivery))),
                    _ -> arrived.add(new Arrived(Optional.empty())));
            while (true) {
                var delivery = next(arrived);
                var message =
                        Message.of(
                                delivery.getProperties(),
                                delivery.getBody(),
                                properties.serdeType());
                var id = message.messageId();
                emitter.emit(id == null ? UUID.randomUUID().toString() : id, message);
                if (!properties.autoAck()) {
                    channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
                }
            }
        }
    }

    private static Delivery next(BlockingQueue<Arrived> arrived)
            throws InterruptedException, IOException {
        return arrived.take()
                .delivery()
                .orElseThrow(() -> new IOException("The connection, or the queue, is gone"));
    }
}
