// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import io.nats.client.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/// Sends messages: rows of a file, or those that stand in the flow.
@Plugin(
        type = "io.kestra.plugin.nats.core.Produce",
        aliases = "io.kestra.plugin.nats.Produce",
        title = "Send messages to NATS")
public final class Produce extends NatsTask<Produce.Properties, Produce.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Subject") String subject,
            @Title("A message (text, or data and headers), a list of them, or a file of them")
                    Object from)
            implements At {}

    public record Outputs(@Title("How many messages") int messagesCount) {}

    @Override
    Outputs work(Connection nats, Properties properties, TaskContext context) throws Exception {
        int count = 0;
        if (properties.from() instanceof String text && text.strip().startsWith("kestra:///")) {
            try (var rows = RowFile.open(text, context)) {
                for (var row = rows.next(); row != null; row = rows.next()) {
                    nats.publish(Outgoing.of(properties.subject(), row.value()));
                    count++;
                }
            }
        } else if (properties.from() instanceof List<?> list) {
            for (var one : list) {
                nats.publish(Outgoing.of(properties.subject(), one));
                count++;
            }
        } else {
            nats.publish(Outgoing.of(properties.subject(), properties.from()));
            count++;
        }
        try {
            nats.flush(Duration.ofSeconds(30));
        } catch (TimeoutException e) {
            throw new TaskFailedException("NATS doesn't say that it has the messages", e);
        }
        var refused = nats.getLastError();
        if (refused != null && !refused.isEmpty()) {
            throw new TaskFailedException("NATS refuses: " + refused);
        }
        context.count("messages", (double) count, Map.of());
        return new Outputs(count);
    }
}
