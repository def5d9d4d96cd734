// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.nats.client.Connection;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Reads messages of a stream into a file.
@Plugin(
        type = "io.kestra.plugin.nats.core.Consume",
        aliases = "io.kestra.plugin.nats.Consume",
        title = "Read messages of a NATS stream")
public final class Consume extends NatsTask<Consume.Properties, Consume.Outputs> {

    public record Properties(@Inline Server server, @Inline Reading reading) implements At {}

    public record Outputs(
            @Title("How many messages") long messagesCount,
            @Title("File with a message a line") @Nullable URI uri) {}

    @Override
    Outputs work(Connection nats, Properties properties, TaskContext context) throws Exception {
        var read = properties.reading().read(nats, context);
        return new Outputs(read.size(), read.uri());
    }
}
