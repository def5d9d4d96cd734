// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

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

/// Looks now and then for messages, and takes them.
@Plugin(
        type = "io.millrace.plugin.camel.Trigger",
        title = "Start an execution when an endpoint of Camel has something")
public final class Trigger implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {
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
    public Optional<Outputs> poll(Properties p, TaskContext context) throws Exception {
        var received = p.receiving().receive(rules, p.target(), context);
        return received.size() == 0
                ? Optional.empty()
                : Optional.of(new Outputs(received.size(), received.uri()));
    }
}
