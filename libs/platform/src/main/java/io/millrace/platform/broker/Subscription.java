// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A consumer on a channel of its own, re-established whenever the connection comes back.
///
/// The handler is called for one delivery after the other, in order, and must return soon: it hands
/// over to a loop of its own.
public final class Subscription implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Subscription.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Broker broker;
    private final Source source;
    private final int prefetch;
    private final Consumer<Delivery> handler;
    private @Nullable Channel channel;
    private @Nullable String consumer;
    private boolean paused;
    private boolean closed;

    /// What is consumed.
    sealed interface Source {
        /// A durable queue, declared as shared or single-consumer.
        record Queue(String name) implements Source {}

        /// A queue of this instance alone, gone with its connection.
        record Instance(String exchange, List<String> routingKeys) implements Source {}
    }

    Subscription(Broker broker, Source source, int prefetch, Consumer<Delivery> handler) {
        this.broker = broker;
        this.source = source;
        this.prefetch = prefetch;
        this.handler = handler;
    }

    synchronized void establish() throws IOException {
        if (closed || paused) {
            return;
        }
        var fresh = broker.newChannel();
        channel = fresh;
        fresh.basicQos(prefetch);
        boolean byHand = source instanceof Source.Queue;
        var queue =
                switch (source) {
                    case Source.Queue(var name) -> name;
                    case Source.Instance(var exchange, var keys) -> {
                        var name = fresh.queueDeclare("", false, true, true, Map.of()).getQueue();
                        for (var key : keys) {
                            fresh.queueBind(name, exchange, key);
                        }
                        yield name;
                    }
                };
        consumer = fresh.basicConsume(queue, !byHand, new Receiver(fresh, queue));
    }

    /// Unless it was closed on purpose, or has been established again since that channel was lost.
    private synchronized void establishAfter(Channel lost, ShutdownSignalException cause)
            throws IOException {
        if (!closed && channel == lost) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(cause.getMessage()))
                    .log("A channel was closed; it is consumed again");
            establish();
        }
    }

    /// Has the broker send no more. What it has sent may still arrive; what isn't acknowledged
    /// stays with this consumer.
    public synchronized void pause() {
        paused = true;
        var open = channel;
        var tag = consumer;
        consumer = null;
        if (open != null && tag != null && open.isOpen()) {
            try {
                open.basicCancel(tag);
            } catch (IOException | AlreadyClosedException _) {
                // the connection is lost: it isn't consumed again when it comes back
            }
        }
    }

    /// Has the broker send again after [#pause()].
    public synchronized void resume() {
        if (!paused || closed) {
            return;
        }
        paused = false;
        var open = channel;
        try {
            if (open != null && open.isOpen() && source instanceof Source.Queue(var queue)) {
                consumer = open.basicConsume(queue, false, new Receiver(open, queue));
            } else if (broker.connected()) {
                broker.restore(this::establish);
            }
        } catch (IOException | AlreadyClosedException _) {
            // the connection is lost: it is consumed when it comes back
        }
    }

    /// Takes no more; what is not acknowledged yet goes back to the queue.
    @Override
    public synchronized void close() {
        closed = true;
        broker.forget(this);
        var open = channel;
        if (open != null && open.isOpen()) {
            try {
                open.close();
            } catch (IOException | TimeoutException | AlreadyClosedException _) {
                // it is closed either way
            }
        }
    }

    private final class Receiver extends DefaultConsumer {
        private final String queue;

        Receiver(Channel channel, String queue) {
            super(channel);
            this.queue = queue;
        }

        @Override
        public void handleDelivery(
                String consumerTag,
                Envelope envelope,
                AMQP.BasicProperties properties,
                byte[] body) {
            handler.accept(
                    new Delivery(
                            getChannel(),
                            envelope.getDeliveryTag(),
                            queue,
                            envelope.getExchange(),
                            envelope.getRoutingKey(),
                            envelope.isRedeliver(),
                            body));
        }

        @Override
        public void handleCancel(String consumerTag) {
            // the queue was deleted under us: let the connection's owner declare it again
            broker.restore(Subscription.this::establish);
        }

        /// A channel may end alone: the broker closes it for a delivery that waited too long for
        /// its acknowledgement, or an acknowledgement that it doesn't know, the client for a
        /// handler that failed. The connection stays then, and nobody else would consume again.
        @Override
        public void handleShutdownSignal(String consumerTag, ShutdownSignalException cause) {
            if (!cause.isHardError()) {
                var lost = getChannel();
                var _ =
                        Thread.ofVirtual()
                                .name("broker-consume")
                                .start(() -> {
                                    // what fails at once is not tried all the time
                                    LockSupport.parkNanos(PAUSE.toNanos());
                                    broker.restore(() -> establishAfter(lost, cause));
                                });
            }
        }
    }
}
