// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.Rows;
import io.millrace.plugin.kit.TakenMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/// How much is taken from an endpoint, and how.
record Receiving(
        @Title("How many messages at most") @Default("1000") Integer maxRecords,
        @Title("How long to wait for the next one") @Default("PT5S") Duration pollDuration,
        @Title("How long at most") @Nullable Duration maxDuration,
        @Title("Whether each body becomes a file rather than text") @Default("false")
                Boolean store) {

    /// Takes messages into a file. At the source they are taken once that file is kept: what fails
    /// before comes again, where the component can do that.
    Rows.Result receive(EndpointRules rules, Target target, TaskContext context) throws Exception {
        var result =
                TakenMessages.once(
                        context,
                        taken ->
                                Camel.run(
                                        rules,
                                        target,
                                        context,
                                        (camel, endpoint) ->
                                                receive(camel, endpoint, taken, context)));
        context.count("messages", (double) result.size(), Map.of());
        return result;
    }

    private Rows.Result receive(
            Camel camel, Endpoint endpoint, TakenMessages taken, TaskContext context)
            throws Exception {
        var received = new ArrayList<Exchange>();
        long start = System.nanoTime();
        try (var template = camel.context().createConsumerTemplate()) {
            try {
                while (received.size() < maxRecords) {
                    var exchange = template.receive(endpoint, pollDuration.toMillis());
                    if (exchange == null) {
                        break;
                    }
                    received.add(exchange);
                    if (exchange.getException() != null) {
                        throw Camel.failure(exchange.getException());
                    }
                    taken.add(row(exchange, store, context));
                    if (maxDuration != null && System.nanoTime() - start > maxDuration.toNanos()) {
                        break;
                    }
                }
                return taken.keep(() -> {
                    while (!received.isEmpty()) {
                        template.doneUoW(received.removeFirst());
                    }
                });
            } finally {
                // what isn't kept comes again
                for (var exchange : received) {
                    exchange.setException(new TaskFailedException("It was not taken"));
                    template.doneUoW(exchange);
                }
            }
        }
    }

    /// A message as executions see it.
    static Map<String, @Nullable Object> row(Exchange exchange, boolean store, TaskContext context)
            throws Exception {
        var row = new LinkedHashMap<String, @Nullable Object>();
        if (store) {
            row.put("uri", Bodies.stored(exchange, context));
        } else {
            row.put("body", Bodies.text(exchange));
        }
        row.put("headers", Bodies.headers(exchange.getMessage()));
        return row;
    }
}
