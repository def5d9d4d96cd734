// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes what a stream has.
@Plugin(
        type = "io.kestra.plugin.nats.core.Trigger",
        aliases = "io.kestra.plugin.nats.Trigger",
        title = "Start an execution when a NATS stream has messages")
public final class Trigger implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {
    private Access access = new Access(new PluginSettings(Map.of()));

    public record Properties(@Inline Server server, @Inline Reading reading) {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line") @Nullable URI uri) {}

    @Override
    public void start(PluginSettings settings) {
        access = new Access(settings);
    }

    @Override
    public Optional<Outputs> poll(Properties p, TaskContext context) throws Exception {
        var read = p.reading().read(p.server(), access, context);
        return read.size() == 0
                ? Optional.empty()
                : Optional.of(new Outputs(read.size(), read.uri()));
    }
}
