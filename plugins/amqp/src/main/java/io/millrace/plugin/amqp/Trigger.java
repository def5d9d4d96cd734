// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import java.util.Map;
import java.util.Optional;

/// Takes what a queue holds; all of it starts one execution.
@Plugin(
        type = "io.kestra.plugin.amqp.Trigger",
        title = "Start an execution when a queue has messages")
public final class Trigger implements PollingTrigger<Trigger.Properties, Taking.Outputs> {
    private Access access = new Access(new PluginSettings(Map.of()));

    public record Properties(@Inline Server server, @Inline Taking taking) {}

    @Override
    public void start(PluginSettings settings) {
        access = new Access(settings);
    }

    @Override
    public Optional<Taking.Outputs> poll(Properties p, TaskContext context) throws Exception {
        return Optional.of(p.taking().from(p.server(), access, context))
                .filter(taken -> taken.count() > 0);
    }
}
