// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes messages into a file.
@Plugin(type = "io.millrace.plugin.camel.Receive", title = "Take what an endpoint of Camel has")
public final class Receive implements TaskPlugin<Receive.Properties, Receive.Outputs> {
    private EndpointRules rules = EndpointRules.of(new PluginSettings(Map.of()));

    public record Properties(@Inline Target target, @Inline Receiving receiving) {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line: body, or uri, and headers") @Nullable URI uri) {}

    @Override
    public void start(PluginSettings settings) {
        rules = EndpointRules.of(settings);
    }

    @Override
    public Outputs run(Properties p, TaskContext context) throws Exception {
        var received = p.receiving().receive(rules, p.target(), context);
        return new Outputs(received.size(), received.uri());
    }
}
