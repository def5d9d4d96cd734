// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.follow;

import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.LogBatch;
import io.millrace.engine.State;
import io.millrace.execution.Reads;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.broker.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/// Wakes those who follow executions when one of theirs has changed, wherever its lane is. What has
/// changed they read from the store: the feed says only that it is worth looking.
public final class Feed implements SmartLifecycle {
    private final Broker broker;
    private final Reads reads;
    private final Map<String, Set<Watch>> watches = new ConcurrentHashMap<>();
    private @Nullable Subscription changes;
    private @Nullable Subscription logs;

    public Feed(Broker broker, Reads reads) {
        this.broker = broker;
        this.reads = reads;
    }

    /// Interest in one execution, until it is closed.
    public final class Watch implements AutoCloseable {
        private final String executionId;
        private final Semaphore news = new Semaphore(0);

        private Watch(String executionId) {
            this.executionId = executionId;
        }

        /// Waits for news, at most that long.
        public void await(Duration patience) throws InterruptedException {
            if (news.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        }

        @Override
        public void close() {
            watches.computeIfPresent(
                    executionId,
                    (_, all) -> {
                        all.remove(this);
                        return all.isEmpty() ? null : all;
                    });
        }
    }

    public Watch watch(String executionId) {
        var watch = new Watch(executionId);
        watches.compute(
                executionId,
                (_, all) -> {
                    var set = all == null ? ConcurrentHashMap.<Watch>newKeySet() : all;
                    set.add(watch);
                    return set;
                });
        return watch;
    }

    /// Waits until an execution has ended.
    ///
    /// @return whether it has, in that time
    public boolean awaitEnd(String executionId, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        try (var watch = watch(executionId)) {
            while (System.nanoTime() < until) {
                if (ended(executionId)) {
                    return true;
                }
                watch.await(Duration.ofSeconds(1));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private boolean ended(String executionId) {
        return reads.jdbc()
                .sql("select state from executions where id = :id")
                .param("id", executionId)
                .query(String.class)
                .optional()
                .map(state -> State.valueOf(state).isTerminal())
                .orElse(false);
    }

    private void changed(Delivery delivery) {
        if (!watches.isEmpty()) {
            for (var change : delivery.as(FeedEvent.class).changes()) {
                wake(change.executionId());
            }
        }
    }

    private void logged(Delivery delivery) {
        if (!watches.isEmpty()) {
            delivery.as(LogBatch.class).lines().forEach(line -> wake(line.executionId()));
        }
    }

    /// Tells all who watch an execution.
    public void wake(String executionId) {
        var all = watches.get(executionId);
        if (all != null) {
            all.forEach(watch -> watch.news.release());
        }
    }

    @Override
    public void start() {
        changes = broker.listen(broker.topology().feedExchange(), List.of("#"), this::changed);
        logs = broker.listen(broker.topology().logsExchange(), List.of("#"), this::logged);
    }

    @Override
    public void stop() {
        for (var subscription : new Subscription[] {changes, logs}) {
            if (subscription != null) {
                subscription.close();
            }
        }
        changes = null;
    }

    @Override
    public boolean isRunning() {
        return changes != null;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1600;
    }
}
