// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads messages of a stream into a file.
@Plugin(
        type = "io.kestra.plugin.nats.core.Consume",
        aliases = "io.kestra.plugin.nats.Consume",
        title = "Read messages of a NATS stream")
public final class Consume implements TaskPlugin<Consume.Properties, Consume.Outputs> {
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
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var read = p.reading().read(p.server(), access, context);
        return new Outputs(read.size(), read.uri());
    }
}
