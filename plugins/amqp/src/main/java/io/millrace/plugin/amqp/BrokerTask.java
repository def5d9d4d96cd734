// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.util.Map;

/// What tasks share: a connection that a kill ends, and errors in words.
abstract class BrokerTask<P extends Record & At, O extends Record> implements TaskPlugin<P, O> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        try (var connection = Servers.connect(properties.server(), "Millrace", egress, context);
                var _ =
                        context.onCancel(
                                () -> Thread.startVirtualThread(() -> connection.abort(1000)));
                var channel = connection.createChannel()) {
            return work(channel, properties, context);
        } catch (ShutdownSignalException e) {
            throw ended(e);
        } catch (IOException e) {
            throw e.getCause() instanceof ShutdownSignalException s ? ended(s) : e;
        }
    }

    private static Exception ended(ShutdownSignalException e) {
        return Thread.interrupted()
                ? new InterruptedException()
                : new TaskFailedException("The broker refuses: " + e.getReason(), e);
    }

    abstract O work(Channel channel, P properties, TaskContext context) throws Exception;
}
