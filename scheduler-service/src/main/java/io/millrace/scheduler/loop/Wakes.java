// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.loop;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes a loop before its time.
public class Wakes {
    private final Semaphore wakes = new Semaphore(0);

    public void wake() {
        wakes.release();
    }

    /// Returns when it was woken, or after a while.
    void await(Duration atMost) throws InterruptedException {
        var _ = wakes.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
        wakes.drainPermits();
    }
}
