// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.RetryPolicy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads and checks a retry policy.
final class RetryReader {
    private RetryReader() {}

    static @Nullable RetryPolicy read(@Nullable Fields retry) {
        if (retry == null) {
            return null;
        }
        var type = retry.requiredText("type");
        var attemptsKey = retry.anyOf("maxAttempts", "maxAttempt");
        var attempts = retry.integer(attemptsKey);
        if (attempts != null && attempts < 1) {
            retry.problem(attemptsKey, "must be greater than or equal to 1");
        }
        var limits =
                new RetryPolicy.Limits(
                        attempts,
                        positive(retry, "maxDuration"),
                        retry.flag("warningOnRetry", false),
                        retry.choice(
                                "behavior",
                                RetryPolicy.Behavior.class,
                                RetryPolicy.Behavior.RETRY_FAILED_TASK));
        return switch (type) {
            case "constant" -> constant(retry, limits);
            case "exponential" -> exponential(retry, limits);
            case "random" -> random(retry, limits);
            case "" -> null;
            default -> {
                retry.problem(
                        "type",
                        "Expected one of [constant, exponential, random] but got `%s`%s"
                                .formatted(
                                        Fields.clip(type),
                                        Names.didYouMean(
                                                type,
                                                List.of("constant", "exponential", "random"))));
                yield null;
            }
        };
    }

    private static RetryPolicy constant(Fields retry, RetryPolicy.Limits limits) {
        var interval = required(retry, "interval");
        if (limits.maxDuration() != null) {
            less(retry, "interval", interval, "maxDuration", limits.maxDuration());
        }
        retry.done("a constant retry");
        return new RetryPolicy.Constant(interval, limits);
    }

    private static RetryPolicy exponential(Fields retry, RetryPolicy.Limits limits) {
        var interval = required(retry, "interval");
        var maxInterval = required(retry, "maxInterval");
        double factor = retry.number("delayFactor", 2.0);
        if (factor < 1) {
            retry.problem("delayFactor", "must be greater than or equal to 1");
        }
        if (limits.maxDuration() != null) {
            less(retry, "interval", interval, "maxDuration", limits.maxDuration());
        }
        less(retry, "interval", interval, "maxInterval", maxInterval);
        retry.done("an exponential retry");
        return new RetryPolicy.Exponential(interval, maxInterval, factor, limits);
    }

    private static RetryPolicy random(Fields retry, RetryPolicy.Limits limits) {
        var minInterval = required(retry, "minInterval");
        var maxInterval = required(retry, "maxInterval");
        less(retry, "minInterval", minInterval, "maxInterval", maxInterval);
        var maxDuration = limits.maxDuration();
        if (maxDuration != null) {
            if (minInterval.compareTo(maxDuration) >= 0) {
                less(retry, "minInterval", minInterval, "maxDuration", maxDuration);
            } else if (maxInterval.compareTo(maxDuration) > 0) {
                retry.problem(
                        "maxInterval",
                        "'maxInterval' must not be greater than 'maxDuration' but is "
                                + maxInterval);
            }
        }
        retry.done("a random retry");
        return new RetryPolicy.Random(minInterval, maxInterval, limits);
    }

    private static Duration required(Fields retry, String key) {
        retry.required(key);
        var duration = positive(retry, key);
        return duration == null ? Duration.ZERO : duration;
    }

    private static @Nullable Duration positive(Fields retry, String key) {
        var duration = retry.duration(key);
        if (duration != null && duration.isNegative()) {
            retry.problem(key, "must not be negative");
        }
        return duration;
    }

    private static void less(
            Fields retry, String key, Duration value, String limitKey, Duration limit) {
        if (retry.has(key) && retry.has(limitKey) && value.compareTo(limit) >= 0) {
            retry.problem(
                    key, "'%s' must be less than '%s' but is %s".formatted(key, limitKey, value));
        }
    }
}
