// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.scheduler.loop.TurnLoop;
import io.millrace.scheduler.loop.Wakes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// Sleeps until the next date of any trigger, to the millisecond, and is woken when an earlier one
/// appears.
final class SchedulerLoop extends TurnLoop implements HealthIndicator {
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration STUCK = Duration.ofSeconds(60);

    private final Ticks ticks;
    private final TriggerStore store;
    private final ScheduleMetrics metrics;
    private final Clock clock;
    private final Duration lookAgain;
    private volatile Instant turnedAt;

    SchedulerLoop(
            Ticks ticks,
            TriggerStore store,
            ScheduleMetrics metrics,
            Clock clock,
            Duration lookAgain) {
        super("scheduler", new Wakes(), AFTER_FAILURE);
        this.ticks = ticks;
        this.store = store;
        this.metrics = metrics;
        this.clock = clock;
        this.lookAgain = lookAgain;
        this.turnedAt = clock.instant();
    }

    @Override
    public void start() {
        ticks.whenAnswered(this::wake);
        super.start();
    }

    @Override
    protected Duration turn() {
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
    }

    @Override
    public Health health() {
        var silent = Duration.between(turnedAt, clock.instant());
        var health = silent.compareTo(STUCK) > 0 ? Health.down() : Health.up();
        return health.withDetail("turnedAt", turnedAt.toString()).build();
    }
}
