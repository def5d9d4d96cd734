// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final RetryPolicy.Limits NO_LIMITS =
            new RetryPolicy.Limits(null, null, false, RetryPolicy.Behavior.RETRY_FAILED_TASK);

    @Test
    void exponentialPausesGrowUpToTheirMaximum() {
        var policy =
                new RetryPolicy.Exponential(
                        Duration.ofSeconds(1), Duration.ofSeconds(5), 2, NO_LIMITS);

        assertThat(policy.delayBefore(2, 0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.delayBefore(3, 0)).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.delayBefore(4, 0)).isEqualTo(Duration.ofSeconds(4));
        assertThat(policy.delayBefore(5, 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(policy.delayBefore(5_000, 0)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void randomPausesLieInTheirInterval() {
        var policy =
                new RetryPolicy.Random(Duration.ofSeconds(1), Duration.ofSeconds(3), NO_LIMITS);

        assertThat(policy.delayBefore(2, 0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.delayBefore(2, 0.5)).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.delayBefore(2, 0.999999)).isLessThan(Duration.ofSeconds(3));
    }
}
