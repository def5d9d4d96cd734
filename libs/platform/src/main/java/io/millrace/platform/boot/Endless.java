// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.boot;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// For loops that a service can't do without. A class that can't be loaded or a stack that is full
/// would end the thread for good, while the service goes on to look alive.
public final class Endless {
    private static final Logger log = LoggerFactory.getLogger(Endless.class);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private Endless() {}

    /// The loop, begun anew whenever something breaks it.
    ///
    /// @param loop returns once it is told to end, or its thread is interrupted
    public static Runnable loop(Runnable loop) {
        return () -> {
            while (broken(loop) && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        };
    }

    private static boolean broken(Runnable loop) {
        try {
            loop.run();
            return false;
        } catch (RuntimeException | Error e) {
            log.atError()
                    .addKeyValue("loop", Thread.currentThread().getName())
                    .setCause(e)
                    .log("A loop broke; it begins anew");
            return true;
        }
    }
}
