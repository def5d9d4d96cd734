// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.UnroutableException;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.client.RestClientException;

/// Moves backfills on: when one of their executions has ended, when one is made, and now and then.
final class BackfillLoop implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(BackfillLoop.class);

    private final Backfills backfills;
    private final Duration lookAgain;
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread thread;

    BackfillLoop(Backfills backfills, Duration lookAgain) {
        this.backfills = backfills;
        this.lookAgain = lookAgain;
    }

    void wake() {
        wakes.release();
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("backfills").start(TenantScope.acrossAll(this::run));
    }

    @Override
    public void stop() {
        running = false;
        wake();
        var current = thread;
        if (current != null) {
            try {
                current.join(10_000);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        while (running) {
            try {
                turn();
                var _ = wakes.tryAcquire(lookAgain.toMillis(), TimeUnit.MILLISECONDS);
                wakes.drainPermits();
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void turn() {
        try {
            backfills.advance();
        } catch (DataAccessException
                | TransactionException
                | BrokerUnavailableException
                | UnroutableException
                | RestClientException
                | ServiceException e) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Backfills wait for the database, the broker, or another service");
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("A look at backfills failed; they are looked at again");
        }
    }
}
