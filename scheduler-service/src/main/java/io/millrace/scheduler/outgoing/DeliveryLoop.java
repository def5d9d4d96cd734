// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import io.millrace.platform.tenancy.TenantScope;
import io.millrace.scheduler.loop.TurnLoop;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Sends deliveries when they are due.
@Component
class DeliveryLoop extends TurnLoop {
    private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);

    /// What is due and can't be sent waits for a place, or for its subscription to be switched on.
    private static final Duration FOR_A_PLACE = Duration.ofSeconds(1);

    private final Deliveries deliveries;
    private final DeliveryStore store;
    private final OutgoingProperties properties;
    private final Clock clock;

    DeliveryLoop(
            Deliveries deliveries,
            DeliveryStore store,
            DeliveryWakes wakes,
            OutgoingProperties properties,
            Clock clock) {
        super("deliveries", wakes, properties.lookAgain());
        this.deliveries = deliveries;
        this.store = store;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    protected Duration turn() {
        if (deliveries.send() > 0) {
            return Duration.ZERO; // there may be more
        }
        return store.next()
                .map(at -> Duration.between(clock.instant(), at))
                .map(pause -> pause.isPositive() ? pause : FOR_A_PLACE)
                .filter(pause -> pause.compareTo(properties.lookAgain()) < 0)
                .orElse(properties.lookAgain());
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT5M")
    void forget() {
        int forgotten =
                TenantScope.across(() -> store.forget(clock.instant().minus(properties.keep())));
        log.atDebug().addKeyValue("deliveries", forgotten).log("Forgot old deliveries");
    }
}
