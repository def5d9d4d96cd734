// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import io.millrace.platform.boot.Endless;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works a durable queue in batches: what has arrived is handled together and acknowledged after.
///
/// What fails because something is away is tried again until it is back. What fails otherwise is
/// handled alone, and put aside after five tries; the handler must bear repetition.
public final class BatchWorker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BatchWorker.class);
    private static final int TRIES = 5;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    private final Broker broker;
    private final int batchSize;
    private final Duration linger;
    private final Consumer<List<Delivery>> handler;
    private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
    private final Subscription subscription;
    private final Thread thread;
    private volatile boolean running = true;

    /// @param batchSize most deliveries handled together, and held unacknowledged
    public BatchWorker(
            Broker broker, String queue, int batchSize, Consumer<List<Delivery>> handler) {
        this(broker, queue, batchSize, Duration.ZERO, handler);
    }

    /// @param batchSize most deliveries handled together, and held unacknowledged
    /// @param linger how long the first of a batch waits for others
    public BatchWorker(
            Broker broker,
            String queue,
            int batchSize,
            Duration linger,
            Consumer<List<Delivery>> handler) {
        this.broker = broker;
        this.batchSize = batchSize;
        this.linger = linger;
        this.handler = handler;
        this.thread = Thread.ofVirtual().name("work-" + queue).unstarted(Endless.loop(this::run));
        this.subscription = broker.consume(queue, batchSize, arrived::add);
        thread.start();
    }

    private void run() {
        while (running) {
            try {
                var batch = new ArrayList<Delivery>(batchSize);
                batch.add(arrived.take());
                if (linger.isPositive() && arrived.size() < batchSize - 1) {
                    Thread.sleep(linger);
                }
                arrived.drainTo(batch, batchSize - 1);
                handle(batch);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void handle(List<Delivery> batch) throws InterruptedException {
        try {
            handler.accept(batch);
            batch.getLast().ackUpToHere();
        } catch (RuntimeException | LinkageError | StackOverflowError _) {
            for (var delivery : batch) {
                handleAlone(delivery);
            }
        }
    }

    private void handleAlone(Delivery delivery) throws InterruptedException {
        var pause = Duration.ofMillis(50);
        for (int tries = 1; running; ) {
            try {
                handler.accept(List.of(delivery));
                delivery.ack();
                return;
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                if (!passing(e) && tries++ >= TRIES && buried(delivery, e)) {
                    return;
                }
                log.atWarn()
                        .addKeyValue("queue", delivery.queue())
                        .addKeyValue("cause", String.valueOf(e.getMessage()))
                        .log("Message not handled; it is tried again");
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(pause.toNanos());
                pause = pause.compareTo(Duration.ofSeconds(2)) < 0 ? pause.multipliedBy(2) : pause;
            }
        }
    }

    /// @return whether it is put aside: not while the broker is away
    private boolean buried(Delivery delivery, Throwable reason) {
        try {
            broker.bury(delivery, reason);
            return true;
        } catch (BrokerUnavailableException _) {
            return false;
        }
    }

    /// Whether something that is away for now is the cause: the database, the broker or a service.
    static boolean passing(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BrokerUnavailableException || cause instanceof IOException) {
                return true;
            }
            if (cause instanceof SQLException sql) {
                var state = sql.getSQLState();
                // connection, resources, operator intervention, serialisation, and unknown
                return state == null || state.matches("(08|53|57|40).*");
            }
        }
        return false;
    }

    /// Nothing is handled any more when this returns, unless a handler doesn't mind interrupts.
    @Override
    public void close() {
        running = false;
        subscription.close();
        thread.interrupt();
        try {
            thread.join(LONGEST_STOP);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
