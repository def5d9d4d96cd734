// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LaneTimersTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final LaneTimers timers = new LaneTimers();

    @Test
    void whatWasDroppedLongBeforeItsTimeIsNotKeptUntilThen() {
        for (int i = 0; i < 10_000; i++) {
            timers.set(0, "e" + i, 0, NOON.plus(Duration.ofDays(1)));
            timers.drop("e" + i, 0);
        }

        assertThat(timers.kept()).isLessThan(2_000);
    }

    @Test
    void timersThatAreKeptComeAtTheirTime() {
        for (int i = 0; i < 5_000; i++) {
            timers.set(0, "e" + i, 0, NOON.plusSeconds(i));
            if (i % 10 != 0) {
                timers.drop("e" + i, 0);
            }
        }

        assertThat(timers.due(NOON.plusSeconds(2_499))).hasSize(250);
        assertThat(timers.due(NOON.plusSeconds(4_999))).hasSize(250);
    }
}
