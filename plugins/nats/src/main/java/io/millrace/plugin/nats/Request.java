// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.nats.client.Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Sends a message and waits for its answer.
@Plugin(
        type = "io.kestra.plugin.nats.core.Request",
        aliases = "io.kestra.plugin.nats.Request",
        title = "Ask a service by NATS")
public final class Request extends NatsTask<Request.Properties, Request.Outputs> {

    public record Properties(
            @Inline Server server,
            @Title("Subject") String subject,
            @Title("The message: text, or data and headers") Object from,
            @Title("How long to wait") @Default("PT5S") Duration requestTimeout)
            implements At {}

    public record Outputs(@Title("The answer") String response) {}

    @Override
    Outputs work(Connection nats, Properties properties, TaskContext context) throws Exception {
        var answer =
                nats.request(
                        Outgoing.of(properties.subject(), properties.from()),
                        properties.requestTimeout());
        if (answer == null || answer.isStatusMessage()) {
            throw new TaskFailedException(
                    "Nobody answers at %s within %s"
                            .formatted(properties.subject(), properties.requestTimeout()));
        }
        return new Outputs(new String(answer.getData(), StandardCharsets.UTF_8));
    }
}
