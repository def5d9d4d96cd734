// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A task that runs beside the test, on a virtual thread as in a worker.
public final class RunningTask {
    private final FakeContext context;
    private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
    private final Thread thread;

    private RunningTask(FakeContext context, Callable<?> task) {
        this.context = context;
        this.thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                task.call();
                                end.complete(null);
                            } catch (Throwable e) {
                                end.complete(e);
                            }
                        });
    }

    public static RunningTask start(FakeContext context, Callable<?> task) {
        return new RunningTask(context, task);
    }

    public boolean isRunning() {
        return !end.isDone();
    }

    /// Does what a kill or a time-out does: interrupts the thread, runs what the task registered.
    ///
    /// @return what the task failed with, or nothing if it didn't
    /// @throws AssertionError if it still runs after a while
    public @Nullable Throwable cancel() {
        context.cancel(thread::interrupt);
        return await(Duration.ofSeconds(30));
    }

    /// @throws AssertionError if it still runs after that time
    public @Nullable Throwable await(Duration time) {
        try {
            return end.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("Expected the task to end within " + time, e);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
