// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.millrace.contracts.Topology;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// The connection to the broker. It comes back by itself; then the topology is declared again (the
/// broker may have lost its disk), consumers are re-established and listeners told.
public final class Broker implements SmartLifecycle, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Broker.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final BrokerProperties properties;
    private final Topology topology;
    private final ConnectionFactory factory;
    private final ExecutorService dispatch =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("broker-", 0).factory());
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Set<Topology.Binding> declared = ConcurrentHashMap.newKeySet();
    private final Publisher publisher;
    private final Outage outage;
    private final AtomicInteger connections = new AtomicInteger();
    private volatile @Nullable Connection connection;
    private volatile boolean running;

    /// @param name shown on the broker as the connection's name
    public Broker(BrokerProperties properties, Topology topology, String name) {
        this.properties = properties;
        this.topology = topology;
        this.factory = factory(properties, name);
        this.publisher = new Publisher(this, properties.confirmTimeout());
        this.outage =
                new Outage(log, "The broker at " + properties.uri().getHost() + " isn't reached");
    }

    private ConnectionFactory factory(BrokerProperties properties, String name) {
        var fresh = new ConnectionFactory();
        try {
            fresh.setUri(properties.uri());
        } catch (URISyntaxException | GeneralSecurityException e) {
            throw new IllegalArgumentException("Expected an AMQP URI in millrace.broker.uri", e);
        }
        fresh.setAutomaticRecoveryEnabled(false);
        fresh.setTopologyRecoveryEnabled(false);
        fresh.setConnectionTimeout((int) properties.connectTimeout().toMillis());
        fresh.setRequestedHeartbeat(10);
        fresh.setSharedExecutor(dispatch);
        fresh.setThreadFactory(
                Thread.ofPlatform().daemon().name("amqp-" + name + "-", 0).factory());
        fresh.getClientProperties().put("connection_name", name);
        return fresh;
    }

    public Topology topology() {
        return topology;
    }

    /// The shared publisher. Loops that must not wait behind others take their own.
    public Publisher publisher() {
        return publisher;
    }

    public Publisher newPublisher() {
        return new Publisher(this, properties.confirmTimeout());
    }

    public boolean connected() {
        var current = connection;
        return current != null && current.isOpen();
    }

    /// Consumes a durable queue that the topology has.
    ///
    /// @param prefetch how many deliveries may wait for their acknowledgement
    public Subscription consume(String queue, int prefetch, Consumer<Delivery> handler) {
        return subscribe(new Subscription.Source.Queue(queue), prefetch, handler);
    }

    /// Consumes what passes an exchange while this instance is connected; nothing is acknowledged.
    public Subscription listen(
            String exchange, List<String> routingKeys, Consumer<Delivery> handler) {
        return subscribe(
                new Subscription.Source.Instance(exchange, List.copyOf(routingKeys)), 0, handler);
    }

    private Subscription subscribe(
            Subscription.Source source, int prefetch, Consumer<Delivery> handler) {
        var subscription = new Subscription(this, source, prefetch, handler);
        subscriptions.add(subscription);
        if (connected()) {
            restore(subscription::establish);
        }
        return subscription;
    }

    /// Declares a queue that is not among those that exist from the start, such as a tenant's jobs.
    public void declare(Topology.Binding binding) {
        if (!declared.contains(binding)) {
            try (var channel = newChannel()) {
                declare(channel, binding);
                declared.add(binding);
            } catch (IOException | TimeoutException | ShutdownSignalException e) {
                throw new BrokerUnavailableException("Could not declare " + binding.queue(), e);
            }
        }
    }

    /// How a queue stands.
    ///
    /// @param messages that wait to be delivered
    /// @param consumers that take them
    public record Depth(String queue, long messages, int consumers) {}

    /// How these queues stand; those that aren't there are left out.
    ///
    /// @throws BrokerUnavailableException if the broker is away
    public List<Depth> depths(List<String> queues) {
        var depths = new ArrayList<Depth>();
        var channel = newChannelOrFail();
        try {
            for (var queue : queues) {
                try {
                    var there = channel.queueDeclarePassive(queue);
                    depths.add(new Depth(queue, there.getMessageCount(), there.getConsumerCount()));
                } catch (IOException | ShutdownSignalException e) {
                    // the broker has closed the channel, for there is no such queue
                    channel = newChannelOrFail();
                }
            }
        } finally {
            end(channel);
        }
        return depths;
    }

    private static void end(Channel channel) {
        try {
            channel.abort();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("A channel was gone before it was closed");
        }
    }

    private Channel newChannelOrFail() {
        try {
            return newChannel();
        } catch (IOException | ShutdownSignalException e) {
            throw new BrokerUnavailableException("The broker is away", e);
        }
    }

    @Override
    public void start() {
        running = true;
        connectWithPatience();
    }

    @Override
    public void stop() {
        close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Before all that consumes and publishes, and closed after it.
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1000;
    }

    @Override
    public void close() {
        running = false;
        var current = connection;
        if (current != null && current.isOpen()) {
            try {
                current.close((int) Duration.ofSeconds(2).toMillis());
            } catch (IOException | ShutdownSignalException e) {
                log.atDebug().setCause(e).log("Broker connection closed hard");
            }
        }
        dispatch.shutdown();
    }

    Channel newChannel() throws IOException {
        var current = connection;
        if (current == null || !current.isOpen()) {
            throw new BrokerUnavailableException("The broker is away", null);
        }
        var channel = current.createChannel();
        if (channel == null) {
            throw new BrokerUnavailableException("No channel is left on the connection", null);
        }
        return channel;
    }

    void forget(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /// How a subscription is established.
    interface Establishing {
        void establish() throws IOException;
    }

    /// Establishes one subscription again, beside the calling thread's I/O loop.
    void restore(Establishing subscription) {
        try {
            subscription.establish();
        } catch (IOException | ShutdownSignalException | BrokerUnavailableException e) {
            log.atWarn().setCause(e).log("Could not consume; the connection is made anew");
            cut();
        }
    }

    /// Ends the connection as a failure would; it comes back.
    void cut() {
        var current = connection;
        if (current != null) {
            current.abort(1000);
        }
    }

    private void connectWithPatience() {
        var pause = Duration.ofMillis(100);
        while (running) {
            try {
                connect();
                outage.over();
                return;
            } catch (IOException
                    | TimeoutException
                    | ShutdownSignalException
                    | BrokerUnavailableException e) {
                outage.failed(e);
                cut();
                LockSupport.parkNanos(pause.toNanos());
                var doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            }
        }
    }

    private void connect() throws IOException, TimeoutException {
        var fresh = factory.newConnection(dispatch);
        connection = fresh;
        try (var channel = newChannel()) {
            if (properties.declares()) {
                for (var exchange : topology.exchanges()) {
                    channel.exchangeDeclare(exchange, "topic", true);
                }
                for (var binding : topology.bindings()) {
                    declare(channel, binding);
                }
            }
            for (var binding : declared) {
                declare(channel, binding);
            }
        }
        for (var subscription : subscriptions) {
            subscription.establish();
        }
        // only now: until here a failure is ours to see and to repeat
        fresh.addShutdownListener(cause -> {
            if (running && !cause.isInitiatedByApplication()) {
                log.atWarn()
                        .addKeyValue("cause", String.valueOf(cause.getMessage()))
                        .log("The broker connection was lost");
            }
            if (running) {
                var _ =
                        Thread.ofVirtual()
                                .name("broker-reconnect")
                                .start(this::connectWithPatience);
            }
        });
        log.atInfo()
                .addKeyValue("host", properties.uri().getHost())
                .addKeyValue("connection", connections.incrementAndGet())
                .log("Broker connected");
    }

    /// How often it has connected so far, with all declared and consumed.
    int connections() {
        return connections.get();
    }

    private void declare(Channel channel, Topology.Binding binding) throws IOException {
        var arguments =
                binding.exchange().equals(topology.lanesExchange())
                        ? properties.dialect().singleConsumerQueue()
                        : properties.dialect().sharedQueue();
        channel.queueDeclare(binding.queue(), true, false, false, arguments);
        channel.queueBind(binding.queue(), binding.exchange(), binding.routingKey());
    }

    /// Puts a message that can't be handled aside, with the reason, and acknowledges it.
    public void bury(Delivery delivery, Throwable reason) {
        var dead = topology.deadQueue(delivery.queue());
        try (var channel = newChannel()) {
            channel.queueDeclare(dead, true, false, false, properties.dialect().sharedQueue());
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            throw new BrokerUnavailableException("Could not declare " + dead, e);
        }
        publisher.publish(
                new OutgoingMessage(
                        "",
                        dead,
                        new DeadMessage(
                                        delivery.exchange(),
                                        delivery.routingKey(),
                                        String.valueOf(reason.getMessage()),
                                        delivery.body())
                                .encode(),
                        true,
                        true));
        delivery.ack();
        log.atError()
                .addKeyValue("queue", delivery.queue())
                .setCause(reason)
                .log("Message put aside after repeated failure");
    }
}
