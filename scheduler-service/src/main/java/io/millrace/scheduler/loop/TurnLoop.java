// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.loop;

import io.millrace.platform.boot.Endless;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.UnroutableException;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.client.RestClientException;

/// Takes one turn after the other, on a thread of its own, until it is stopped. Nothing that a turn
/// throws ends it: nobody else would take the next one.
public abstract class TurnLoop implements SmartLifecycle {
    private final Logger log = LoggerFactory.getLogger(getClass());
    private final String name;
    private final Wakes wakes;
    private final Duration afterFailure;
    private volatile boolean running;
    private @Nullable Thread thread;

    /// @param name of what it takes turns at, for its thread and its messages
    /// @param afterFailure how long it sleeps after a turn that failed
    protected TurnLoop(String name, Wakes wakes, Duration afterFailure) {
        this.name = name;
        this.wakes = wakes;
        this.afterFailure = afterFailure;
    }

    /// @return how long to sleep then, unless it is woken
    protected abstract Duration turn();

    /// There may be something to do sooner than it thinks.
    public final void wake() {
        wakes.wake();
    }

    @Override
    public void start() {
        running = true;
        thread =
                Thread.ofVirtual().name(name).start(TenantScope.acrossAll(Endless.loop(this::run)));
    }

    @Override
    public final void stop() {
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
    public final boolean isRunning() {
        return running;
    }

    private void run() {
        while (running) {
            try {
                var pause = survived();
                if (pause.isPositive()) {
                    wakes.await(pause);
                }
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private Duration survived() {
        try {
            return turn();
        } catch (DataAccessException
                | TransactionException
                | BrokerUnavailableException
                | UnroutableException
                | RestClientException
                | ServiceException e) {
            log.atWarn()
                    .addKeyValue("loop", name)
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("It waits for the database, the broker, or another service");
        } catch (RuntimeException e) {
            log.atError().addKeyValue("loop", name).setCause(e).log("A turn failed; it goes on");
        }
        return afterFailure;
    }
}
