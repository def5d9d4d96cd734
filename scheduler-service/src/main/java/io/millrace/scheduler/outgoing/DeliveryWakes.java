// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/// Wakes the loop of deliveries.
@Component
class DeliveryWakes {
    private final Semaphore wakes = new Semaphore(0);

    void wake() {
        wakes.release();
    }

    /// Returns when it was woken, or after a while.
    void await(Duration atMost) throws InterruptedException {
        var _ = wakes.tryAcquire(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
        wakes.drainPermits();
    }
}
