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
import java.util.function.Consumer;
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

    /// A message on its way.
    private record Pending(OutgoingMessage message, CompletableFuture<Void> confirm) {

        void refuse() {
            // Qpid nacks what no queue takes, before or after it returns it; RabbitMQ returns it
            // and then acknowledges
            confirm.completeExceptionally(
                    message.mandatory()
                            ? new UnroutableException(
                                    "No queue takes "
                                            + message.routingKey()
                                            + " of "
                                            + message.exchange())
                            : new BrokerUnavailableException("The broker refused it", null));
        }
    }

    /// One channel's life: what it has sent and not seen confirmed.
    private static final class Session {
        private static final AMQP.BasicProperties TRANSIENT =
                new AMQP.BasicProperties.Builder().deliveryMode(1).build();
        private static final AMQP.BasicProperties PERSISTENT =
                new AMQP.BasicProperties.Builder().deliveryMode(2).build();

        private final Channel channel;
        private final ConcurrentNavigableMap<Long, Pending> pending = new ConcurrentSkipListMap<>();

        Session(Channel channel) throws IOException {
            this.channel = channel;
            channel.confirmSelect();
            channel.addConfirmListener(
                    (tag, multiple) -> settle(tag, multiple, p -> p.confirm().complete(null)),
                    (tag, multiple) -> settle(tag, multiple, Pending::refuse));
            channel.addReturnListener(returned ->
                    settle(
                            Long.parseLong(returned.getProperties().getMessageId()),
                            false,
                            Pending::refuse));
            channel.addShutdownListener(cause -> {
                var lost = new BrokerUnavailableException("The channel was lost", cause);
                pending.values().forEach(p -> p.confirm().completeExceptionally(lost));
                pending.clear();
            });
        }

        CompletableFuture<Void> write(OutgoingMessage message) throws IOException {
            long tag = channel.getNextPublishSeqNo();
            var sent = new Pending(message, new CompletableFuture<>());
            pending.put(tag, sent);
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
            return sent.confirm();
        }

        private void settle(long tag, boolean multiple, Consumer<Pending> outcome) {
            if (multiple) {
                var upTo = pending.headMap(tag, true);
                upTo.values().forEach(outcome);
                upTo.clear();
            } else {
                var sent = pending.remove(tag);
                if (sent != null) {
                    outcome.accept(sent);
                }
            }
        }
    }
}
