// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.platform.tenancy.TenantScope;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What must not hold a lane up: done on a thread of its own, for any tenant, and again while what
/// it needs is away. What is given up is left to the sweep of whoever asked for it.
public final class Beside implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Beside.class);
    private static final int TRIES = 21;

    private final String what;
    private final ExecutorService threads;

    /// @param what is done, for names of threads and in the log
    public Beside(String what) {
        this.what = what;
        this.threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name(what + "-", 0).factory());
    }

    public void run(Runnable work) {
        threads.execute(TenantScope.acrossAll(() -> retried(work)));
    }

    /// The same on the present thread, which has to be one of these.
    public void retried(Runnable work) {
        for (int tries = 1; ; tries++) {
            try {
                work.run();
                return;
            } catch (RuntimeException e) {
                if (!Failures.passing(e) || tries == TRIES) {
                    log.atWarn()
                            .addKeyValue("of", what)
                            .setCause(e)
                            .log("Not seen to; the sweep does it");
                    return;
                }
                LockSupport.parkNanos(Duration.ofMillis(100L * tries).toNanos());
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
