// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;

/// Takes messages into a file. They are acknowledged once the file is stored.
@Plugin(type = "io.kestra.plugin.amqp.Consume", title = "Take messages from a queue")
public final class Consume extends BrokerTask<Consume.Properties, Taking.Outputs> {

    public record Properties(@Inline Server server, @Inline Taking taking) implements At {}

    @Override
    Taking.Outputs work(Channel channel, Properties properties, TaskContext context)
            throws Exception {
        return properties.taking().from(channel, context);
    }
}
