// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import java.util.Map;

/// Takes messages into a file. They are acknowledged once the file is stored.
@Plugin(type = "io.kestra.plugin.amqp.Consume", title = "Take messages from a queue")
public final class Consume implements TaskPlugin<Consume.Properties, Taking.Outputs> {
    private Access access = new Access(new PluginSettings(Map.of()));

    public record Properties(@Inline Server server, @Inline Taking taking) {}

    @Override
    public void start(PluginSettings settings) {
        access = new Access(settings);
    }

    @Override
    public Taking.Outputs run(Properties p, TaskContext context) throws Exception {
        return p.taking().from(p.server(), access, context);
    }
}
