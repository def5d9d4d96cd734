// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.broker.Outage;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.Publisher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends what commits of a loop have to say, in their order and until the broker has taken it, and
/// acknowledges then what led to it. Sending overlaps with the loop's next turns. For the thread of
/// the loop alone.
final class LaneOutbox {
    private static final Logger log = LoggerFactory.getLogger(LaneOutbox.class);
    private static final int MOST_UNCONFIRMED = 16;

    /// What one commit has to send, and what is acknowledged after.
    ///
    /// @param announced ends up to then are among the messages, or were sent before
    record Sending(List<OutgoingMessage> messages, List<Delivery> deliveries, Instant announced) {}

    private record Unconfirmed(Sending sending, CompletableFuture<Void> confirmed) {}

    private final Publisher publisher;
    private final Runnable onConfirmed;
    private final Consumer<Instant> onAnnounced;
    private final Outage unsent =
            new Outage(log, "Not all was taken by the broker; it is sent again");
    private final Deque<Unconfirmed> unconfirmed = new ArrayDeque<>();

    /// @param onConfirmed told, on any thread, that something may be settled
    /// @param onAnnounced told up to when ends have been published
    LaneOutbox(Publisher publisher, Runnable onConfirmed, Consumer<Instant> onAnnounced) {
        this.publisher = publisher;
        this.onConfirmed = onConfirmed;
        this.onAnnounced = onAnnounced;
    }

    boolean isEmpty() {
        return unconfirmed.isEmpty();
    }

    /// Waits only where very much is unconfirmed already.
    void send(Sending sending) {
        if (sending.messages().isEmpty() && unconfirmed.isEmpty()) {
            settled(sending);
            return;
        }
        CompletableFuture<Void> confirmed;
        try {
            confirmed = publisher.send(sending.messages());
        } catch (BrokerUnavailableException e) {
            confirmed = CompletableFuture.failedFuture(e);
        }
        unconfirmed.addLast(new Unconfirmed(sending, confirmed));
        var _ = confirmed.whenComplete((_, _) -> onConfirmed.run());
        if (unconfirmed.size() >= MOST_UNCONFIRMED) {
            settle(Duration.ofSeconds(1));
        }
    }

    private static void acknowledge(Delivery delivery) {
        try {
            delivery.ack();
        } catch (BrokerUnavailableException _) {
            // it is delivered again, and changes nothing then
        }
    }

    private void settled(Sending sending) {
        sending.deliveries().forEach(LaneOutbox::acknowledge);
        onAnnounced.accept(sending.announced());
    }

    /// Acknowledges what is confirmed, in order, and sends again what was not taken.
    void settleConfirmed() {
        while (!unconfirmed.isEmpty() && unconfirmed.peekFirst().confirmed().isDone()) {
            var first = unconfirmed.removeFirst();
            if (first.confirmed().isCompletedExceptionally()) {
                sendAgain(first);
                return;
            }
            settled(first.sending());
            unsent.over();
        }
    }

    private void sendAgain(Unconfirmed failed) {
        var cause = failed.confirmed().exceptionNow();
        var messages = failed.sending().messages();
        unsent.failed(cause);
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        CompletableFuture<Void> again;
        try {
            again = publisher.send(messages);
        } catch (BrokerUnavailableException e) {
            again = CompletableFuture.failedFuture(e);
        }
        unconfirmed.addFirst(new Unconfirmed(failed.sending(), again));
    }

    /// Waits until all is confirmed.
    ///
    /// @return whether it is
    boolean settle(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (!unconfirmed.isEmpty()
                && System.nanoTime() < until
                && !Thread.currentThread().isInterrupted()) {
            settleConfirmed();
            if (!unconfirmed.isEmpty()) {
                awaitDone(unconfirmed.peekFirst().confirmed(), until - System.nanoTime());
            }
        }
        return unconfirmed.isEmpty();
    }

    private static void awaitDone(CompletableFuture<Void> confirmed, long nanos) {
        try {
            confirmed.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException _) {
            // whether it was taken is looked at by who settles
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
