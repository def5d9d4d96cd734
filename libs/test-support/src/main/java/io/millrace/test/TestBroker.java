// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.millrace.contracts.Topology;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/// A fresh installation on the broker of this test run. [#close()] deletes its exchanges and
/// queues, at the latest when the JVM ends: what [Topology] names for up to 16 lanes, the job
/// queues of the group `default` for the tenants `main` and `other`, and what [#alsoDelete] was
/// told of.
///
/// ```java
/// static final TestBroker BROKER = TestBroker.create();
///
/// @DynamicPropertySource
/// static void broker(DynamicPropertyRegistry registry) {
///     BROKER.properties().forEach((name, value) -> registry.add(name, () -> value));
/// }
/// ```
public final class TestBroker implements AutoCloseable {
    private final BrokerServer server;
    private final String installation;
    private final Set<String> otherQueues = new ConcurrentSkipListSet<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private TestBroker(BrokerServer server, String installation) {
        this.server = server;
        this.installation = installation;
    }

    /// A new installation on the running RabbitMQ, else on the embedded broker.
    public static TestBroker create() {
        return create(BrokerServer.shared());
    }

    /// A new installation on the embedded broker, whatever else is running.
    public static TestBroker createEmbedded() {
        return create(BrokerServer.embedded());
    }

    /// Whether a RabbitMQ answers on 127.0.0.1:5672.
    public static boolean isRabbitRunning() {
        return BrokerServer.isRabbitRunning();
    }

    private static TestBroker create(BrokerServer server) {
        var name = "test" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        var broker = new TestBroker(server, name);
        server.onExit(broker::close);
        return broker;
    }

    public URI uri() {
        return server.uri();
    }

    /// `rabbitmq` or `embedded`.
    public String dialect() {
        return server.dialect();
    }

    /// The prefix of all names of this installation.
    public String installation() {
        return installation;
    }

    /// The names of this installation.
    public Topology topology(int lanes) {
        return new Topology(installation, lanes);
    }

    public Connection connect() throws IOException, TimeoutException {
        var factory = new ConnectionFactory();
        try {
            factory.setUri(uri());
        } catch (URISyntaxException | GeneralSecurityException e) {
            throw new IllegalStateException("Expected an AMQP URI but got " + uri(), e);
        }
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection("test");
    }

    /// `millrace.broker.*`.
    public Map<String, String> properties() {
        return Map.of(
                "millrace.broker.uri", uri().toString(),
                "millrace.broker.dialect", dialect(),
                "millrace.broker.installation", installation);
    }

    /// Queues that are to be deleted at the end besides those that every installation has.
    public void alsoDelete(String... queues) {
        otherQueues.addAll(List.of(queues));
    }

    /// Deletes the installation's queues and exchanges.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        var topology = topology(16);
        var queues = new ArrayList<String>(otherQueues);
        topology.bindings().forEach(binding -> queues.add(binding.queue()));
        for (var tenant : List.of("main", "other")) {
            queues.add(topology.jobQueue("default", tenant));
        }
        try (var connection = connect()) {
            var channel = connection.createChannel();
            for (var queue : queues) {
                channel = attempt(channel, it -> it.queueDelete(queue));
                channel = attempt(channel, it -> it.queueDelete(topology.deadQueue(queue)));
            }
            for (var exchange : topology.exchanges()) {
                channel = attempt(channel, it -> it.exchangeDelete(exchange));
            }
        } catch (IOException | TimeoutException e) {
            throw new IllegalStateException("The test's queues can't be deleted", e);
        }
    }

    private interface Deletion {
        void on(Channel channel) throws IOException;
    }

    /// One broker closes the channel if there is no such queue.
    ///
    /// @return the one for what comes next
    private static Channel attempt(Channel channel, Deletion deletion) throws IOException {
        try {
            deletion.on(channel);
            return channel;
        } catch (IOException e) {
            return channel.getConnection().createChannel();
        }
    }
}
