// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.ExchangePattern;
import org.jspecify.annotations.Nullable;

/// Sends a message and waits for the answer.
@Plugin(type = "io.millrace.plugin.camel.Request", title = "Ask an endpoint of Camel")
public final class Request extends CamelTask<Request.Properties, Request.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("The message: text, a stored file, or a value that is sent as JSON")
                    @Nullable Object body,
            @Title("Headers of the message") @Nullable Map<String, @Nullable Object> headers,
            @Title("Whether the answer becomes a file rather than an output") @Default("false")
                    Boolean store)
            implements Target.At {}

    public record Outputs(
            @Title("The answer's body") @Nullable String body,
            @Title("File with the answer's body") @Nullable String uri,
            @Title("Headers of the answer") Map<String, @Nullable Object> headers) {}

    @Override
    Outputs work(Camel camel, Endpoint endpoint, Properties p, TaskContext context)
            throws Exception {
        var headers = Send.headersOf(p.headers(), Map.of());
        var outgoing = Bodies.outgoing(p.body(), context);
        try (var template = camel.context().createProducerTemplate()) {
            var answered =
                    template.send(
                            endpoint,
                            ExchangePattern.InOut,
                            exchange -> {
                                exchange.getMessage().setBody(outgoing);
                                exchange.getMessage().getHeaders().putAll(headers);
                            });
            if (answered.getException() != null) {
                throw Camel.failure(answered.getException());
            }
            return new Outputs(
                    p.store() ? null : Bodies.text(answered),
                    p.store() ? Bodies.stored(answered, context) : null,
                    Bodies.headers(answered.getMessage()));
        }
    }
}
