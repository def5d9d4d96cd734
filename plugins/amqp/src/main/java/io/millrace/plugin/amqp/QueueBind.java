// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Binds a queue to an exchange.
@Plugin(type = "io.kestra.plugin.amqp.QueueBind", title = "Bind a queue to an exchange")
public final class QueueBind extends BrokerTask<QueueBind.Properties, QueueBind.Outputs> {

    public record Properties(
            @Title("URL such as amqp://host:5672/vhost, in place of the parts")
                    @Nullable String url,
            @Title("Host") @Nullable String host,
            @Title("Port") @Default("5672") Integer port,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("Virtual host") @Default("/") String virtualHost,
            @Title("Queue") String queue,
            @Title("Exchange") String exchange,
            @Title("Routing key") @Default("") String routingKey,
            @Title("Arguments as the broker knows them")
                    @Nullable Map<String, @Nullable Object> args)
            implements Server {}

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
