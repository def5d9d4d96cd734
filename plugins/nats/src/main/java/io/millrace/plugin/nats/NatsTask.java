// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.nats.client.Connection;
import java.util.Map;

/// What does one thing in NATS.
abstract class NatsTask<P extends Record & NatsTask.At, O extends Record>
        implements TaskPlugin<P, O> {
    private Access access = new Access(new PluginSettings(Map.of()));

    /// What tasks name.
    interface At {
        Server server();
    }

    @Override
    public void start(PluginSettings settings) {
        access = new Access(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        return access.to(properties.server(), context, nats -> work(nats, properties, context));
    }

    abstract O work(Connection nats, P properties, TaskContext context) throws Exception;
}
