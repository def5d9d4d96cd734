// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// What is measured of lanes.
final class LaneMetrics {

    /// Names of meters.
    enum Name {
        /// Events in one commit.
        BATCH("millrace.lane.batch"),
        /// Seconds that one transaction took.
        COMMIT("millrace.lane.commit"),
        /// Events applied.
        EVENTS("millrace.lane.events"),
        /// Seconds between the sending of an event and its commit.
        LAG("millrace.lane.lag"),
        /// Lanes that this instance holds.
        HELD("millrace.lane.held"),
        /// Events that wait for a turn.
        WAITING("millrace.lane.waiting"),
        /// Lanes lost to another instance.
        LOST("millrace.lane.lost"),
        /// Messages put aside after repeated failure.
        POISONED("millrace.lane.poisoned");

        final String text;

        Name(String text) {
            this.text = text;
        }
    }

    private final MeterRegistry registry;
    private final DistributionSummary batch;
    private final Timer commit;
    private final Timer lag;
    private final AtomicLong worstLag = new AtomicLong();
    private final Counter events;
    private final Counter lost;
    private final Counter poisoned;

    LaneMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.batch = registry.summary(Name.BATCH.text);
        this.commit = registry.timer(Name.COMMIT.text);
        this.lag = registry.timer(Name.LAG.text);
        this.events = registry.counter(Name.EVENTS.text);
        this.lost = registry.counter(Name.LOST.text);
        this.poisoned = registry.counter(Name.POISONED.text);
    }

    void committed(int size, Duration took) {
        batch.record(size);
        events.increment(size);
        commit.record(took);
    }

    void lagged(Duration since) {
        var positive = since.isNegative() ? Duration.ZERO : since;
        lag.record(positive);
        worstLag.accumulateAndGet(positive.toMillis(), Math::max);
    }

    /// How long the slowest event waited since this was last asked, in milliseconds.
    long takeWorstLag() {
        return worstLag.getAndSet(0);
    }

    void laneLost() {
        lost.increment();
    }

    void poisoned() {
        poisoned.increment();
    }

    void gauges(Supplier<Number> held, Supplier<Number> waiting) {
        Gauge.builder(Name.HELD.text, held).register(registry);
        Gauge.builder(Name.WAITING.text, waiting).register(registry);
    }
}
