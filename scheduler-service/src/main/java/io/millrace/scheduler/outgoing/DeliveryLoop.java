// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.client.RestClientException;

/// Sends deliveries when they are due.
@Component
class DeliveryLoop implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);

    /// What is due and can't be sent waits for a place, or for its subscription to be switched on.
    private static final Duration FOR_A_PLACE = Duration.ofSeconds(1);

    private final Deliveries deliveries;
    private final DeliveryStore store;
    private final DeliveryWakes wakes;
    private final OutgoingProperties properties;
    private final Clock clock;
    private volatile boolean running;
    private @Nullable Thread thread;

    DeliveryLoop(
            Deliveries deliveries,
            DeliveryStore store,
            DeliveryWakes wakes,
            OutgoingProperties properties,
            Clock clock) {
        this.deliveries = deliveries;
        this.store = store;
        this.wakes = wakes;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("deliveries").start(TenantScope.acrossAll(this::run));
    }

    @Override
    public void stop() {
        running = false;
        wakes.wake();
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
                wakes.await(turn());
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /// @return how long to sleep
    private Duration turn() {
        try {
            while (running && deliveries.send() > 0) {
                // there may be more
            }
            return store.next()
                    .map(at -> Duration.between(clock.instant(), at))
                    .map(pause -> pause.isPositive() ? pause : FOR_A_PLACE)
                    .filter(pause -> pause.compareTo(properties.lookAgain()) < 0)
                    .orElse(properties.lookAgain());
        } catch (DataAccessException
                | TransactionException
                | RestClientException
                | ServiceException.Unavailable e) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Deliveries wait for the database or the execution-service");
            return properties.lookAgain();
        } catch (RuntimeException e) {
            // nobody would be told of anything any more
            log.atError().setCause(e).log("A look at deliveries failed; it goes on");
            return properties.lookAgain();
        }
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT5M")
    void forget() {
        int forgotten =
                TenantScope.across(() -> store.forget(clock.instant().minus(properties.keep())));
        log.atDebug().addKeyValue("deliveries", forgotten).log("Forgot old deliveries");
    }
}
