// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.Optional;

/// What services say to each other of the use of quotas, and to callers when one is used up.
public final class QuotaUse {
    /// Most answers to one question.
    public static final int MOST = 500;

    private QuotaUse() {}

    /// How much is used? Each service answers what it counts itself.
    ///
    /// @param namespace empty for the whole tenant
    public record Question(Quota.Kind kind, String namespace) {}

    /// @param what is bounded, such as `schedules`
    public static ServiceException.TooMany refused(
            Quota quota, String tenant, String what, Duration wait) {
        return new ServiceException.TooMany(
                "Expected at most %d %s in %s"
                        .formatted(
                                quota.amount(),
                                what,
                                quota.namespace().isEmpty()
                                        ? "tenant " + tenant
                                        : "namespace " + quota.namespace()),
                wait,
                quota.kind().id(),
                quota.amount());
    }

    /// What is said when another start in the minute is too many.
    ///
    /// @param namespace empty for the whole tenant
    public static ServiceException.TooMany refusedStarts(
            long amount, String namespace, String tenant, Duration wait) {
        return refused(
                new Quota(Quota.Kind.STARTS_PER_MINUTE, namespace, amount),
                tenant,
                "executions started a minute",
                wait);
    }

    /// Tells the gateway for how long a start of the same flow would be refused.
    public static final String CLOSED = "X-Millrace-Closed";

    /// The value of that header.
    ///
    /// @param amount of the quota
    /// @param namespace of the quota; empty for the whole tenant
    /// @param pause until one more start is let through
    public record Closed(long amount, String namespace, Duration pause) {

        /// @return nothing if it is no such value
        public static Optional<Closed> parse(String text) {
            var parts = text.split(";", 3);
            if (parts.length < 3) {
                return Optional.empty();
            }
            try {
                var pause = Duration.ofMillis(Long.parseLong(parts[1]));
                return pause.isNegative()
                        ? Optional.empty()
                        : Optional.of(new Closed(Long.parseLong(parts[0]), parts[2], pause));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public String toString() {
            return amount + ";" + pause.toMillis() + ";" + namespace;
        }
    }
}
