// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;

/// How one gets to a broker: a connection that a kill ends, and errors in words.
final class Access {
    private final EgressPolicy egress;

    Access(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    /// What is done there.
    @FunctionalInterface
    interface Work<T> {
        T with(Channel channel) throws Exception;
    }

    <T> T to(Server server, TaskContext context, Work<T> work) throws Exception {
        try (var connection = Servers.connect(server, "Millrace", egress, context);
                var _ =
                        context.onCancel(
                                () -> Thread.startVirtualThread(() -> connection.abort(1000)));
                var channel = connection.createChannel()) {
            return work.with(channel);
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
}
