// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import java.util.Map;

/// What does one thing at a broker.
abstract class BrokerTask<P extends Record & At, O extends Record> implements TaskPlugin<P, O> {
    private Access access = new Access(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        access = new Access(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        return access.to(
                properties.server(), context, channel -> work(channel, properties, context));
    }

    abstract O work(Channel channel, P properties, TaskContext context) throws Exception;
}
