// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Publishes with confirms on one channel. Callers on several threads share the broker's syncs:
/// each writes its batch in turn and waits for its own confirms outside of the lock.
public final class Publisher {
    private final Broker broker;
    private final Duration confirmTimeout;
    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable Session session;

    Publisher(Broker broker, Duration confirmTimeout) {
        this.broker = broker;
        this.confirmTimeout = confirmTimeout;
    }

    /// Returns once the broker has taken all of them.
    ///
    /// @throws BrokerUnavailableException if that isn't certain; publishing them again is safe for
    ///   consumers, which are idempotent
    /// @throws UnroutableException if no queue takes a mandatory one
    public void publish(List<OutgoingMessage> messages) {
        if (messages.isEmpty()) {
            return;
        }
        await(send(messages));
    }

    public void publish(OutgoingMessage message) {
        publish(List.of(message));
    }

    /// Writes them; the future ends when all are confirmed, or with the exceptions of [#publish].
    public CompletableFuture<Void> send(List<OutgoingMessage> messages) {
        var confirms = new ArrayList<CompletableFuture<?>>(messages.size());
        writing.lock();
        try {
            var open = open();
            for (var message : messages) {
                confirms.add(open.write(message));
            }
        } catch (IOException | AlreadyClosedException e) {
            session = null;
            throw new BrokerUnavailableException("The broker is away", e);
        } finally {
            writing.unlock();
        }
        return CompletableFuture.allOf(confirms.toArray(CompletableFuture[]::new));
    }

    private void await(CompletableFuture<Void> confirmed) {
        try {
            confirmed.get(confirmTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UnroutableException u -> throw new UnroutableException(u.getMessage());
                case BrokerUnavailableException b ->
                        throw new BrokerUnavailableException("The broker is away", b);
                case null, default -> throw new BrokerUnavailableException("Not confirmed", e);
            }
        } catch (TimeoutException e) {
            throw new BrokerUnavailableException("No confirm within " + confirmTimeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("Interrupted while waiting for confirms", e);
        }
    }

    private Session open() throws IOException {
        var current = session;
        if (current == null || !current.channel.isOpen()) {
            current = new Session(broker.newChannel());
            session = current;
        }
        return current;
    }

    /// One channel's life: what it has sent and not seen confirmed.
    private static final class Session {
        private static final AMQP.BasicProperties TRANSIENT =
                new AMQP.BasicProperties.Builder().deliveryMode(1).build();
        private static final AMQP.BasicProperties PERSISTENT =
                new AMQP.BasicProperties.Builder().deliveryMode(2).build();

        private final Channel channel;
        private final ConcurrentNavigableMap<Long, CompletableFuture<Void>> pending =
                new ConcurrentSkipListMap<>();

        Session(Channel channel) throws IOException {
            this.channel = channel;
            channel.confirmSelect();
            channel.addConfirmListener(
                    (tag, multiple) -> settle(tag, multiple, null),
                    (tag, multiple) ->
                            settle(
                                    tag,
                                    multiple,
                                    new BrokerUnavailableException("The broker refused it", null)));
            channel.addReturnListener(returned -> {
                // whether an ack or a nack follows differs between brokers
                long tag = Long.parseLong(returned.getProperties().getMessageId());
                var future = pending.remove(tag);
                if (future != null) {
                    future.completeExceptionally(
                            new UnroutableException(
                                    "No queue takes "
                                            + returned.getRoutingKey()
                                            + " of "
                                            + returned.getExchange()));
                }
            });
            channel.addShutdownListener(cause -> {
                var lost = new BrokerUnavailableException("The channel was lost", cause);
                pending.values().forEach(f -> f.completeExceptionally(lost));
                pending.clear();
            });
        }

        CompletableFuture<Void> write(OutgoingMessage message) throws IOException {
            long tag = channel.getNextPublishSeqNo();
            var future = new CompletableFuture<Void>();
            pending.put(tag, future);
            var properties = message.persistent() ? PERSISTENT : TRANSIENT;
            if (message.mandatory()) {
                properties = properties.builder().messageId(Long.toString(tag)).build();
            }
            channel.basicPublish(
                    message.exchange(),
                    message.routingKey(),
                    message.mandatory(),
                    properties,
                    message.body());
            return future;
        }

        private void settle(
                long tag, boolean multiple, @Nullable BrokerUnavailableException refused) {
            if (!multiple) {
                settle(pending.remove(tag), refused);
                return;
            }
            var upTo = pending.headMap(tag, true);
            for (var future : upTo.values()) {
                settle(future, refused);
            }
            upTo.clear();
        }

        private static void settle(
                @Nullable CompletableFuture<Void> future,
                @Nullable BrokerUnavailableException refused) {
            if (future == null) {
                return;
            }
            if (refused == null) {
                future.complete(null);
            } else {
                future.completeExceptionally(refused);
            }
        }
    }
}
