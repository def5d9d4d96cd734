// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Binds a queue to an exchange.
@Plugin(type = "io.kestra.plugin.amqp.QueueBind", title = "Bind a queue to an exchange")
public final class QueueBind extends BrokerTask<QueueBind.Properties, QueueBind.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Queue") String queue,
            @Title("Exchange") String exchange,
            @Title("Routing key") @Default("") String routingKey,
            @Title("Arguments as the broker knows them")
                    @Nullable Map<String, @Nullable Object> args)
            implements At {}

    public record Outputs(@Title("Queue") String queue, @Title("Exchange") String exchange) {}

    @Override
    Outputs work(Channel channel, Properties properties, TaskContext context) throws Exception {
        channel.queueBind(
                properties.queue(),
                properties.exchange(),
                properties.routingKey(),
                properties.args());
        return new Outputs(properties.queue(), properties.exchange());
    }
}
