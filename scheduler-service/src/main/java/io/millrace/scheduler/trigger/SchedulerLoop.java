// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.UnroutableException;
import io.millrace.platform.tenancy.TenantScope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Sleeps until the next date of any trigger, to the millisecond, and is woken when an earlier one
/// appears.
final class SchedulerLoop implements SmartLifecycle, HealthIndicator {
    private static final Logger log = LoggerFactory.getLogger(SchedulerLoop.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration STUCK = Duration.ofSeconds(60);

    private final Ticks ticks;
    private final TriggerStore store;
    private final ScheduleMetrics metrics;
    private final Clock clock;
    private final Duration lookAgain;
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean running;
    private volatile Instant turnedAt;
    private @Nullable Thread thread;

    SchedulerLoop(
            Ticks ticks,
            TriggerStore store,
            ScheduleMetrics metrics,
            Clock clock,
            Duration lookAgain) {
        this.ticks = ticks;
        this.store = store;
        this.metrics = metrics;
        this.clock = clock;
        this.lookAgain = lookAgain;
        this.turnedAt = clock.instant();
    }

    /// An earlier date may have appeared.
    void wake() {
        wakes.release();
    }

    @Override
    public void start() {
        running = true;
        ticks.whenAnswered(this::wake);
        thread = Thread.ofVirtual().name("scheduler").start(TenantScope.acrossAll(this::run));
    }

    @Override
    public void stop() {
        running = false;
        wake();
        var current = thread;
        if (current != null) {
            try {
                current.join(10_000);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        while (running) {
            try {
                var pause = turn();
                if (pause.isPositive()) {
                    var _ = wakes.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
                    wakes.drainPermits();
                }
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /// @return how long to sleep
    private Duration turn() {
        try {
            var now = clock.instant();
            var turn = ticks.fire(now);
            turnedAt = now;
            if (turn.triggers() > 0) {
                return Duration.ZERO;
            }
            var next = store.earliest();
            metrics.overdue(
                    next.map(at -> Duration.between(at, clock.instant())).orElse(Duration.ZERO));
            return next.map(at -> Duration.between(clock.instant(), at))
                    // a due row that wasn't taken is in the hands of another instance
                    .map(pause -> pause.isPositive() ? pause : Duration.ofMillis(50))
                    .filter(pause -> pause.compareTo(lookAgain) < 0)
                    .orElse(lookAgain);
        } catch (DataAccessException
                | TransactionException
                | BrokerUnavailableException
                | UnroutableException e) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Triggers wait for the database or the broker");
            return AFTER_FAILURE;
        } catch (RuntimeException e) {
            // nobody would fire anything any more
            log.atError().setCause(e).log("A look at what is due failed; it goes on");
            return AFTER_FAILURE;
        }
    }

    @Override
    public Health health() {
        var silent = Duration.between(turnedAt, clock.instant());
        var health = silent.compareTo(STUCK) > 0 ? Health.down() : Health.up();
        return health.withDetail("turnedAt", turnedAt.toString()).build();
    }
}
