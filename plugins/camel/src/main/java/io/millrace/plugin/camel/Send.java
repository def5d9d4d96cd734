// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/// Sends a message, or a file of them, and waits for no answer.
@Plugin(type = "io.millrace.plugin.camel.Send", title = "Send to an endpoint of Camel")
public final class Send extends CamelTask<Send.Properties, Send.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("The message: text, a stored file, or a value that is sent as JSON")
                    @Nullable Object body,
            @Title(
                            "A stored file with a message a line, in place of `body`: text, or body and headers")
                    @Nullable String from,
            @Title("Headers of each message") @Nullable Map<String, @Nullable Object> headers)
            implements Target.At {}

    public record Outputs(@Title("How many messages") long messagesCount) {}

    @Override
    Outputs work(Camel camel, Endpoint endpoint, Properties p, TaskContext context)
            throws Exception {
        try (var template = camel.context().createProducerTemplate()) {
            if (p.from() == null) {
                send(template, endpoint, p.body(), p.headers(), Map.of(), context);
                return new Outputs(1);
            }
            long count = 0;
            try (var rows = RowFile.open(p.from(), context)) {
                for (var row = rows.next(); row != null; row = rows.next()) {
                    if (row.value() instanceof Map<?, ?> message && message.containsKey("body")) {
                        var own = message.get("headers") instanceof Map<?, ?> m ? m : Map.of();
                        send(template, endpoint, message.get("body"), p.headers(), own, context);
                    } else {
                        send(template, endpoint, row.value(), p.headers(), Map.of(), context);
                    }
                    count++;
                }
            }
            context.count("messages", (double) count, Map.of());
            return new Outputs(count);
        }
    }

    private static void send(
            ProducerTemplate template,
            Endpoint endpoint,
            @Nullable Object body,
            @Nullable Map<String, @Nullable Object> headers,
            Map<?, ?> own,
            TaskContext context)
            throws Exception {
        var all = headersOf(headers, own);
        var outgoing = Bodies.outgoing(body, context);
        var sent =
                template.send(
                        endpoint,
                        ExchangePattern.InOnly,
                        exchange -> {
                            exchange.getMessage().setBody(outgoing);
                            exchange.getMessage().getHeaders().putAll(all);
                        });
        if (sent.getException() != null) {
            throw Camel.failure(sent.getException());
        }
    }

    static Map<String, Object> headersOf(
            @Nullable Map<String, @Nullable Object> headers, Map<?, ?> own)
            throws TaskFailedException {
        var all = new HashMap<String, Object>();
        if (headers != null) {
            headers.forEach((name, value) -> {
                if (value != null) {
                    all.put(name, value);
                }
            });
        }
        own.forEach((name, value) -> {
            if (value != null) {
                all.put(String.valueOf(name), value);
            }
        });
        EndpointRules.checkHeaders(all);
        return all;
    }
}
