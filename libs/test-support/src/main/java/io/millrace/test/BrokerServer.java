// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import com.rabbitmq.client.ConnectionFactory;
import io.millrace.embedded.EmbeddedBroker;
import java.io.IOException;
import java.net.URI;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeoutException;

/// The broker of this JVM's tests: the one that `MILLRACE_TEST_BROKER` names (an AMQP URI, or
/// `embedded`), else a RabbitMQ that answers on 127.0.0.1:5672 as guest, else an embedded one.
final class BrokerServer {
    private static final URI RABBIT = URI.create("amqp://guest:guest@127.0.0.1:5672");

    private final URI uri;
    private final String dialect;
    private final Deque<Runnable> onExit = new ConcurrentLinkedDeque<>();

    private BrokerServer(URI uri, String dialect) {
        this.uri = uri;
        this.dialect = dialect;
        Runtime.getRuntime().addShutdownHook(new Thread(this::exit, "test-broker-exit"));
    }

    static BrokerServer shared() {
        return Shared.SERVER;
    }

    static BrokerServer embedded() {
        return Embedded.SERVER;
    }

    private static final class Shared {
        static final BrokerServer SERVER = find();
    }

    private static final class Embedded {
        static final BrokerServer SERVER = startEmbedded();
    }

    private static BrokerServer find() {
        var wanted = System.getenv().getOrDefault("MILLRACE_TEST_BROKER", "");
        if (wanted.startsWith("amqp")) {
            return new BrokerServer(URI.create(wanted), "rabbitmq");
        }
        return wanted.equals("embedded") || !isRabbitRunning()
                ? embedded()
                : new BrokerServer(RABBIT, "rabbitmq");
    }

    static boolean isRabbitRunning() {
        var factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setConnectionTimeout(2_000);
        factory.setAutomaticRecoveryEnabled(false);
        try (var connection = factory.newConnection("probe")) {
            return connection.isOpen();
        } catch (IOException | TimeoutException e) {
            return false; // not running, or not ours to use
        }
    }

    private static BrokerServer startEmbedded() {
        var directory = TemporaryDirectory.create("test-broker");
        var broker = EmbeddedBroker.start(directory.path(), 0);
        var server = new BrokerServer(broker.uri(), "embedded");
        server.onExit(() -> {
            broker.close();
            directory.delete();
        });
        return server;
    }

    URI uri() {
        return uri;
    }

    String dialect() {
        return dialect;
    }

    /// Runs `action` when the JVM ends, the last one added first.
    void onExit(Runnable action) {
        onExit.push(action);
    }

    private void exit() {
        onExit.forEach(Runnable::run);
    }
}
