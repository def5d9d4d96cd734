// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/// What is taken from an endpoint, and how.
interface Receiving extends Target {
    Integer maxRecords();

    Duration pollDuration();

    @Nullable Duration maxDuration();

    Boolean store();

    /// Takes messages into a file. At the source they are taken once that file is stored: what
    /// fails before comes again, where the component can do that.
    static Rows.Result receive(
            Camel camel, Endpoint endpoint, Receiving receiving, TaskContext context)
            throws Exception {
        var taken = new ArrayList<Exchange>();
        long start = System.nanoTime();
        try (var template = camel.context().createConsumerTemplate();
                var rows = new Rows(context, FetchType.STORE)) {
            try {
                while (taken.size() < receiving.maxRecords()) {
                    var exchange = template.receive(endpoint, receiving.pollDuration().toMillis());
                    if (exchange == null) {
                        break;
                    }
                    taken.add(exchange);
                    if (exchange.getException() != null) {
                        throw CamelTask.failure(exchange.getException());
                    }
                    rows.add(row(exchange, receiving.store(), context));
                    var longest = receiving.maxDuration();
                    if (longest != null && System.nanoTime() - start > longest.toNanos()) {
                        break;
                    }
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                var result = rows.finish();
                taken.forEach(template::doneUoW);
                context.count("messages", (double) result.size(), Map.of());
                return result;
            } catch (Exception e) {
                for (var exchange : taken) {
                    exchange.setException(e);
                    template.doneUoW(exchange);
                }
                throw e;
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
