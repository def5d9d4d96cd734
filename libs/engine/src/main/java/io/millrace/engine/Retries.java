// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.model.ExecutionId;
import io.millrace.model.RetryPolicy;
import java.time.Instant;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// When something that has failed is tried again.
final class Retries {
    private Retries() {}

    /// When the next attempt of a task run begins; nothing if there is none.
    static @Nullable Instant next(
            RetryPolicy policy, Execution execution, TaskRun run, Instant now) {
        int attempts = run.attempts().size();
        var first =
                attempts == 0 ? run.history().startedAt() : run.attempts().getFirst().startedAt();
        return next(policy, attempts, first, seed(execution.id(), run.ordinal(), attempts), now);
    }

    /// When the execution is started anew; nothing if it isn't.
    static @Nullable Instant next(RetryPolicy policy, Execution execution, Instant now) {
        return next(
                policy,
                execution.attempt(),
                chainStartedAt(execution),
                seed(execution.originalId(), TaskRun.NONE, execution.attempt()),
                now);
    }

    /// When the first execution of a chain of retries was made.
    private static Instant chainStartedAt(Execution execution) {
        return execution.attempt() > 1 && ExecutionId.isValid(execution.originalId())
                ? new ExecutionId(execution.originalId()).instant()
                : execution.history().startedAt();
    }

    private static @Nullable Instant next(
            RetryPolicy policy, int attempts, Instant first, long seed, Instant now) {
        var limits = policy.limits();
        if (limits.maxAttempts() != null && attempts >= limits.maxAttempts()) {
            return null;
        }
        var at =
                now.plus(policy.delayBefore(attempts + 1, new SplittableRandom(seed).nextDouble()));
        // Kestra makes one that is due at the very end, but its tasks take longer than no time at
        // all: one that fails at once would have a retry more here
        boolean tooLate =
                limits.maxDuration() != null && !at.isBefore(first.plus(limits.maxDuration()));
        return tooLate ? null : at;
    }

    static String idOfRetry(Execution execution) {
        return ExecutionId.derived(execution.history().changedAt(), execution.id() + "-retry")
                .value();
    }

    /// Chance that is the same each time it is asked for: it comes from ids.
    static long seed(String id, int ordinal, int number) {
        long seed = 1125899906842597L;
        for (int i = 0; i < id.length(); i++) {
            seed = 31 * seed + id.charAt(i);
        }
        return 31 * (31 * seed + ordinal) + number;
    }
}
