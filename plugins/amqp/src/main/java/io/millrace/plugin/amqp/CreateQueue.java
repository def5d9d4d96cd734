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

/// Makes a queue, or finds that it is there.
@Plugin(type = "io.kestra.plugin.amqp.CreateQueue", title = "Make a queue")
public final class CreateQueue extends BrokerTask<CreateQueue.Properties, CreateQueue.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Queue") String name,
            @Title("Whether it is this connection's alone") @Default("false") Boolean exclusive,
            @Title("Whether it outlives the broker") @Default("true") Boolean durability,
            @Title("Whether it goes when nobody uses it") @Default("false") Boolean autoDelete,
            @Title("Arguments as the broker knows them")
                    @Nullable Map<String, @Nullable Object> args)
            implements At {}

    public record Outputs(@Title("Queue") String queue) {}

    @Override
    Outputs work(Channel channel, Properties properties, TaskContext context) throws Exception {
        var made =
                channel.queueDeclare(
                        properties.name(),
                        properties.durability(),
                        properties.exclusive(),
                        properties.autoDelete(),
                        properties.args());
        return new Outputs(made.getQueue());
    }
}
