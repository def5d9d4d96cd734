// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.contracts.Topology;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/// Counts every message that passes an installation's exchanges, by a queue of its own on each.
final class MessageTap implements AutoCloseable {
    private final Connection connection;
    private final Map<String, LongAdder> byExchange = new ConcurrentHashMap<>();

    MessageTap(URI broker, Topology topology) {
        try {
            this.connection = connect(broker);
            var channel = connection.createChannel();
            if (channel == null) {
                throw new BenchException("The broker gives no channel");
            }
            for (var exchange : topology.exchanges()) {
                var queue = channel.queueDeclare("", false, true, true, Map.of()).getQueue();
                channel.queueBind(queue, exchange, "#");
                var counter = new LongAdder();
                byExchange.put(exchange, counter);
                channel.basicConsume(queue, true, (_, _) -> counter.increment(), _ -> {});
            }
        } catch (IOException e) {
            throw new BenchException("The broker's messages can't be counted: " + e);
        }
    }

    static Connection connect(URI broker) {
        var factory = new ConnectionFactory();
        try {
            factory.setUri(broker);
            factory.setAutomaticRecoveryEnabled(false);
            return factory.newConnection("bench");
        } catch (URISyntaxException | GeneralSecurityException | IOException | TimeoutException e) {
            throw new BenchException("The broker can't be reached: " + e);
        }
    }

    /// Messages seen so far, by exchange.
    Map<String, Long> counts() {
        var counts = new TreeMap<String, Long>();
        byExchange.forEach((exchange, counter) -> counts.put(exchange, counter.sum()));
        return counts;
    }

    long total() {
        return counts().values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void close() {
        connection.abort(1_000);
    }
}
