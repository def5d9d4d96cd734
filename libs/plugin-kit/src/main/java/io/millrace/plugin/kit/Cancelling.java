// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/// Lets go of what a blocked task waits for when it is killed or times out.
public final class Cancelling {
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final Duration BETWEEN = Duration.ofMillis(100);

    private Cancelling() {}

    /// Does something at the other side when the task is cancelled, such as ending what it started
    /// there: on a thread of its own, for the task doesn't wait for it, and for a while at most.
    ///
    /// @return to be closed when there is nothing to be done any more
    public static TaskContext.Registration calls(Callable<?> action, TaskContext context) {
        return context.onCancel(() -> {
            var thread = Thread.startVirtualThread(() -> call(action, context));
            Thread.startVirtualThread(() -> {
                try {
                    if (!thread.join(LONGEST)) {
                        thread.interrupt();
                    }
                } catch (InterruptedException _) {
                    // nobody does that
                }
            });
        });
    }

    private static void call(Callable<?> action, TaskContext context) {
        try {
            action.call();
        } catch (Exception e) {
            context.log().debug("It could not be stopped: " + e.getMessage());
        }
    }

    /// Closes `resource` when the task is cancelled, which makes what waits for it fail. It is
    /// closed on a thread of its own: closing may wait, too.
    ///
    /// @return to be closed when the resource isn't needed any more
    public static TaskContext.Registration closes(AutoCloseable resource, TaskContext context) {
        return context.onCancel(() -> Thread.startVirtualThread(() -> close(resource, context)));
    }

    /// Interrupts this thread again and again once the task is cancelled: for libraries that take
    /// an interruption for the end of one wait, and then wait for the next thing.
    ///
    /// @return to be closed by this thread when the library has returned
    public static TaskContext.Registration interrupts(TaskContext context) {
        var thread = Thread.currentThread();
        var over = new AtomicBoolean();
        var registration =
                context.onCancel(() -> Thread.startVirtualThread(() -> interrupt(thread, over)));
        return () -> {
            synchronized (over) {
                over.set(true);
            }
            registration.close();
        };
    }

    private static void interrupt(Thread thread, AtomicBoolean over) {
        try {
            while (true) {
                synchronized (over) {
                    if (over.get()) {
                        return;
                    }
                    thread.interrupt();
                }
                Thread.sleep(BETWEEN);
            }
        } catch (InterruptedException _) {
            // nobody does that
        }
    }

    private static void close(AutoCloseable resource, TaskContext context) {
        try {
            resource.close();
        } catch (Exception e) {
            context.log().debug("Closing it failed: " + e.getMessage());
        }
    }
}
