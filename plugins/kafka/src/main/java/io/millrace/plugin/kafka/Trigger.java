// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads what has come; all of it starts one execution.
@Plugin(
        type = "io.kestra.plugin.kafka.Trigger",
        title = "Start an execution when Kafka topics have messages")
public final class Trigger implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {
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
    public Optional<Outputs> poll(Properties p, TaskContext context) throws Exception {
        if (p.subscription().groupId() == null) {
            throw new TaskFailedException("Expected `groupId`: else all is found again each time");
        }
        var result = p.reading().read(p.subscription(), settings, context);
        return result.size() == 0
                ? Optional.empty()
                : Optional.of(new Outputs(result.size(), result.uri()));
    }
}
