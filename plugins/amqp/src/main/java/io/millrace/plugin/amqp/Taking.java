// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Rows;
import io.millrace.plugin.kit.TakenMessages;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes messages into a file, and acknowledges them once it is stored.
public record Taking(
        @Title("Queue") String queue,
        @Title("STRING or JSON: what `data` becomes") @Default("STRING") String serdeType,
        @Title("How many messages at most") @Nullable Integer maxRecords,
        @Title("How long at most; what is there at once if neither is said")
                @Nullable Duration maxDuration,
        @Title("Whether messages are gone once they are fetched, and not when the file is stored")
                @Default("false")
                Boolean autoAck,
        @Title("Without effect: messages are fetched one by one, by no consumer")
                @Nullable String consumerTag) {
    private static final Duration PAUSE = Duration.ofMillis(100);

    public record Outputs(
            @Title("File with a message a line") @Nullable URI uri,
            @Title("How many") long count) {}

    Outputs from(Server server, Access access, TaskContext context) throws Exception {
        var result =
                TakenMessages.once(
                        context,
                        taken -> access.to(server, context, channel -> take(channel, taken)));
        context.count("records", (double) result.size(), Map.of());
        return new Outputs(result.uri(), result.size());
    }

    private Rows.Result take(Channel channel, TakenMessages taken) throws Exception {
        long most = maxRecords == null ? Long.MAX_VALUE : maxRecords;
        long end = maxDuration == null ? 0 : System.nanoTime() + maxDuration.toNanos();
        long last = 0;
        for (long count = 0; count < most; ) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            var message = channel.basicGet(queue, autoAck);
            if (message != null) {
                taken.add(Message.of(message.getProps(), message.getBody(), serdeType));
                last = message.getEnvelope().getDeliveryTag();
                count++;
            } else if (maxDuration == null || System.nanoTime() >= end) {
                break;
            } else {
                Thread.sleep(PAUSE);
            }
        }
        long tag = last;
        return taken.keep(() -> {
            if (tag > 0 && !autoAck) {
                channel.basicAck(tag, true);
            }
        });
    }
}
