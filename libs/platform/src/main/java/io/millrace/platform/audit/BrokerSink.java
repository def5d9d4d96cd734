// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import static java.util.Objects.requireNonNull;

import io.millrace.contracts.AuditBatch;
import io.millrace.contracts.AuditEvent;
import io.millrace.platform.boot.Endless;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.Outage;
import io.millrace.platform.broker.OutgoingMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Of services without an outbox: events go out in batches with confirms, and wait here while the
/// broker is away. Whoever writes one waits for its batch, so that many who write at the same time
/// pay for one message and its confirm.
final class BrokerSink implements AuditSink, SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(BrokerSink.class);
    private static final int BATCH = 500;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Outage outage = new Outage(log, "Audit events wait for the broker");
    private final Broker broker;
    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(10_000);
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    /// @param event absent: nothing comes any more
    private record Waiting(@Nullable AuditEvent event, CompletableFuture<Void> published) {}

    BrokerSink(Broker broker) {
        this.broker = broker;
    }

    @Override
    public void write(AuditEvent event) {
        try {
            enqueue(event).get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new BrokerUnavailableException("The audit event isn't confirmed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("Interrupted before the confirm", e);
        }
    }

    @Override
    public void writeSoon(AuditEvent event) {
        try {
            var _ = enqueue(event);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<Void> enqueue(AuditEvent event) throws InterruptedException {
        var waiting = new Waiting(event, new CompletableFuture<>());
        queue.put(waiting);
        return waiting.published();
    }

    @Override
    public void start() {
        stopping = false;
        thread = Thread.ofVirtual().name("audit").start(Endless.loop(this::run));
    }

    private void run() {
        try {
            while (!stopping || !queue.isEmpty()) {
                var batch = new ArrayList<Waiting>();
                batch.add(queue.take());
                queue.drainTo(batch, BATCH - 1);
                batch.removeIf(waiting -> waiting.event() == null);
                if (!batch.isEmpty()) {
                    publish(batch);
                }
            }
        } catch (InterruptedException _) {
            // stopped
        }
    }

    private void publish(List<Waiting> batch) throws InterruptedException {
        while (true) {
            try {
                broker.publisher().publish(messages(batch));
                batch.forEach(w -> w.published().complete(null));
                outage.over();
                return;
            } catch (BrokerUnavailableException e) {
                outage.failed(e);
                if (stopping) {
                    // whoever waits for them answers that it isn't done
                    batch.forEach(w -> w.published().completeExceptionally(e));
                    log.atWarn()
                            .addKeyValue("lost", batch.size())
                            .log("Audit events lost at the stop");
                    return;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    private List<OutgoingMessage> messages(List<Waiting> batch) {
        var byTenant =
                batch.stream()
                        .map(waiting -> requireNonNull(waiting.event()))
                        .collect(
                                Collectors.groupingBy(
                                        AuditEvent::tenant,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        var messages = new ArrayList<OutgoingMessage>(byTenant.size());
        byTenant.forEach((tenant, events) ->
                messages.add(
                        OutgoingMessage.durable(
                                broker.topology().auditExchange(),
                                tenant,
                                new AuditBatch(tenant, events))));
        return messages;
    }

    /// Publishes what is left, as far as the broker takes it.
    @Override
    public void stop() {
        stopping = true;
        var current = thread;
        if (current != null) {
            try {
                // wakes it; a queue that is full is awake
                var _ = queue.offer(new Waiting(null, new CompletableFuture<>()));
                current.join(LONGEST_WAIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            current.interrupt();
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /// Stopped after the web server, whose last requests wait for their records, and before the
    /// broker.
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 2000;
    }
}
