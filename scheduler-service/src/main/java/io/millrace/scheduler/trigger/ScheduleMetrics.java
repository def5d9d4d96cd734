// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// `millrace.schedule.lateness`: by how much dates fire late. `millrace.schedule.overdue`: for how
/// many seconds the most overdue trigger has been due.
final class ScheduleMetrics {
    private final Timer lateness;
    private final AtomicLong overdueMillis = new AtomicLong();

    ScheduleMetrics(MeterRegistry meters) {
        this.lateness =
                Timer.builder("millrace.schedule.lateness")
                        .publishPercentiles(0.5, 0.99)
                        .register(meters);
        meters.gauge("millrace.schedule.overdue", overdueMillis, o -> o.get() / 1000.0);
    }

    void fired(Duration late) {
        lateness.record(late.isNegative() ? Duration.ZERO : late);
    }

    void overdue(Duration since) {
        overdueMillis.set(Math.max(0, since.toMillis()));
    }
}
