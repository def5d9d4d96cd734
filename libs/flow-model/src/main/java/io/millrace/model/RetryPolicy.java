// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// When and how often a failed task, or a whole execution, is tried again.
public sealed interface RetryPolicy {

    Limits limits();

    /// The pause before attempt number `attempt` (2 is the first retry).
    ///
    /// @param random in [0, 1), for policies that use chance
    Duration delayBefore(int attempt, double random);

    /// What all policies have in common.
    ///
    /// @param maxAttempts how many attempts in all, the first included; absent: no limit
    /// @param maxDuration from the start of the first attempt on; absent: no limit
    /// @param warningOnRetry whether a success after a retry is a WARNING
    record Limits(
            @Nullable Integer maxAttempts,
            @Nullable Duration maxDuration,
            boolean warningOnRetry,
            Behavior behavior) {}

    enum Behavior {
        RETRY_FAILED_TASK,
        CREATE_NEW_EXECUTION
    }

    record Constant(Duration interval, Limits limits) implements RetryPolicy {
        @Override
        public Duration delayBefore(int attempt, double random) {
            return interval;
        }
    }

    /// Each pause is `delayFactor` times the one before, up to `maxInterval`.
    record Exponential(Duration interval, Duration maxInterval, double delayFactor, Limits limits)
            implements RetryPolicy {
        @Override
        public Duration delayBefore(int attempt, double random) {
            double millis = interval.toMillis() * Math.pow(delayFactor, Math.max(0, attempt - 2));
            return millis < maxInterval.toMillis() ? Duration.ofMillis((long) millis) : maxInterval;
        }
    }

    record Random(Duration minInterval, Duration maxInterval, Limits limits)
            implements RetryPolicy {
        @Override
        public Duration delayBefore(int attempt, double random) {
            double spread = maxInterval.minus(minInterval).toMillis() * random;
            return minInterval.plusMillis((long) spread);
        }
    }
}
