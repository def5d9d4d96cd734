// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;

/// Takes what a queue holds; all of it starts one execution.
@Plugin(
        type = "io.kestra.plugin.amqp.Trigger",
        title = "Start an execution when a queue has messages")
public final class Trigger extends BrokerTask<Trigger.Properties, Taking.Outputs>
        implements PollingTrigger<Trigger.Properties, Taking.Outputs> {

    public record Properties(@Inline Server server, @Inline Taking taking) implements At {}

    @Override
    Taking.Outputs work(Channel channel, Properties properties, TaskContext context)
            throws Exception {
        var taken = properties.taking().from(channel, context);
        if (taken.count() == 0) {
            throw new NothingNewException();
        }
        return taken;
    }
}
