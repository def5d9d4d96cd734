// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads messages into a file. The progress of the group is kept when the file is.
@Plugin(type = "io.kestra.plugin.kafka.Consume", title = "Read messages from Kafka topics")
public final class Consume implements TaskPlugin<Consume.Properties, Consume.Outputs> {
    private PluginSettings settings = new PluginSettings(Map.of());

    @Override
    public void start(PluginSettings given) {
        settings = given;
    }

    public record Properties(@Inline Subscription subscription, @Inline Reading reading) {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line") @Nullable URI uri) {}

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var result = p.reading().read(p.subscription(), settings, context);
        return new Outputs(result.size(), result.uri());
    }
}
