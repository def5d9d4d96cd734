// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StartQuotasTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void minutesWorthIsThereAtOnceAndComesBackEvenly() {
        var bucket = new StartQuotas.Bucket(60, NOON);

        assertThat(bucket.take(60, NOON)).isZero();
        assertThat(bucket.take(1, NOON)).isEqualTo(Duration.ofSeconds(1));
        assertThat(bucket.take(10, NOON.plusSeconds(10))).isZero();
        assertThat(bucket.take(1, NOON.plusSeconds(10))).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void noMoreThanAMinutesWorthIsKept() {
        var bucket = new StartQuotas.Bucket(10, NOON);

        assertThat(bucket.take(10, NOON.plusSeconds(3600))).isZero();
        assertThat(bucket.take(1, NOON.plusSeconds(3600))).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void clockThatGoesBackGivesNothing() {
        var bucket = new StartQuotas.Bucket(10, NOON);
        bucket.take(10, NOON);

        assertThat(bucket.take(1, NOON.minusSeconds(60))).isPositive();
    }
}
