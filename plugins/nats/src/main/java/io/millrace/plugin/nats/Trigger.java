// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Inline;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PollingTrigger;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.nats.client.Connection;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Takes what a stream has.
@Plugin(
        type = "io.kestra.plugin.nats.core.Trigger",
        aliases = "io.kestra.plugin.nats.Trigger",
        title = "Start an execution when a NATS stream has messages")
public final class Trigger extends NatsTask<Trigger.Properties, Trigger.Outputs>
        implements PollingTrigger<Trigger.Properties, Trigger.Outputs> {

    public record Properties(@Inline Server server, @Inline Reading reading) implements At {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line") @Nullable URI uri) {}

    @Override
    Outputs work(Connection nats, Properties properties, TaskContext context) throws Exception {
        var read = properties.reading().read(nats, context);
        if (read.size() == 0) {
            throw new NothingNewException();
        }
        return new Outputs(read.size(), read.uri());
    }
}
