// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Job;
import io.millrace.platform.broker.Delivery;
import io.millrace.plugin.TaskContext.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A task from the moment that it takes its slots until its outcome is confirmed.
public final class RunningTask {

    /// Why a task is stopped before its end.
    public enum Stop {
        KILL,
        TIMEOUT,
        DRAIN
    }

    private final Job job;
    private final long startedNanos = System.nanoTime();
    private final List<Runnable> stopActions = new ArrayList<>();
    private @Nullable Delivery delivery;
    private @Nullable Thread thread;
    private @Nullable Stop stop;
    private long stoppedNanos;
    private boolean startReported;
    private boolean ended;

    /// @param delivery to acknowledge once the outcome is safe; absent if it needs none
    public RunningTask(Job job, @Nullable Delivery delivery) {
        this.job = job;
        this.delivery = delivery;
    }

    public Job job() {
        return job;
    }

    public DispatchKey key() {
        return DispatchKey.of(job);
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /// The job came again, for the connection was lost: this is the delivery to acknowledge.
    public synchronized void redelivered(Delivery again) {
        if (startReported) {
            again.ack();
        } else {
            delivery = again;
        }
    }

    /// Acknowledges the job, unless that was done.
    void acknowledge() {
        @Nullable Delivery open;
        synchronized (this) {
            open = delivery;
            delivery = null;
        }
        if (open != null) {
            open.ack();
        }
    }

    /// The calling thread runs the task from now on and is interrupted when it is stopped.
    synchronized void begin() {
        thread = Thread.currentThread();
        if (stop != null) {
            thread.interrupt();
        }
    }

    /// The calling thread is done; it isn't interrupted any more.
    ///
    /// @return why it was stopped, or absent
    synchronized @Nullable Stop finish() {
        thread = null;
        stopActions.clear();
        Thread.interrupted();
        return stop;
    }

    /// Interrupts the task and runs what it has registered. The first reason counts.
    public void stop(Stop reason) {
        List<Runnable> actions;
        synchronized (this) {
            if (stop != null || ended) {
                return;
            }
            stop = reason;
            stoppedNanos = System.nanoTime();
            actions = List.copyOf(stopActions);
            if (thread != null) {
                thread.interrupt();
            }
        }
        for (var action : actions) {
            Thread.ofVirtual().name("stop-" + job.executionId()).start(action);
        }
    }

    synchronized Registration onStop(Runnable action) {
        if (stop != null) {
            Thread.ofVirtual().name("stop-" + job.executionId()).start(action);
            return () -> {};
        }
        stopActions.add(action);
        return () -> removeStopAction(action);
    }

    private synchronized void removeStopAction(Runnable action) {
        stopActions.remove(action);
    }

    /// Whether it was stopped so long ago, and goes on.
    synchronized boolean ignoresStopFor(Duration grace) {
        return stop != null && !ended && System.nanoTime() - stoppedNanos > grace.toNanos();
    }

    synchronized @Nullable Stop stopReason() {
        return stop;
    }

    /// @return whether the caller is to report the start: it wasn't reported, and the task runs
    synchronized boolean reportStart() {
        if (startReported || ended) {
            return false;
        }
        startReported = true;
        return true;
    }

    public synchronized boolean startReported() {
        return startReported;
    }

    /// @return whether the caller is to report the end
    synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }
}
