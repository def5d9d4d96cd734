// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.take;

import io.millrace.contracts.Claims;
import io.millrace.contracts.Job;
import io.millrace.platform.broker.Delivery;
import io.millrace.worker.run.DispatchKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A job that this worker holds and has not started.
final class WaitingJob {
    private final Job job;
    private Delivery delivery;
    private boolean redelivered;
    private boolean claiming;
    private @Nullable Instant claimedAt;

    WaitingJob(Job job, Delivery delivery) {
        this.job = job;
        this.delivery = delivery;
        this.redelivered = delivery.redelivered();
    }

    Job job() {
        return job;
    }

    Delivery delivery() {
        return delivery;
    }

    DispatchKey key() {
        return DispatchKey.of(job);
    }

    Claims.Claim claim() {
        return new Claims.Claim(job.executionId(), job.taskRun(), job.dispatch());
    }

    void redelivered(Delivery again) {
        delivery = again;
        redelivered = true;
        claimedAt = null;
    }

    boolean isRedelivered() {
        return redelivered;
    }

    boolean claiming() {
        return claiming;
    }

    void startClaim() {
        claiming = true;
    }

    /// @param at when it was granted, or absent if it could not be asked
    void endClaim(@Nullable Instant at) {
        claiming = false;
        claimedAt = at;
    }

    /// Whether it must be claimed before it starts: it may be stale.
    boolean needsClaim(Instant now, Duration old, Duration claimHolds) {
        if (job.replyTo() != null) {
            // the scheduler knows which of them counts
            return false;
        }
        if (claimedAt != null) {
            return now.isAfter(claimedAt.plus(claimHolds));
        }
        return redelivered || now.isAfter(job.createdAt().plus(old));
    }
}
