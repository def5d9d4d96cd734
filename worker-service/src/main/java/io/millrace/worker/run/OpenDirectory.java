// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A directory that stays while tasks run in it one after another, until it is closed.
final class OpenDirectory {
    private final Path path;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int inside;
    private boolean entered;
    private boolean closed;
    private long idleSinceNanos = System.nanoTime();

    OpenDirectory(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /// @return whether the task may run in it: it is not closed
    boolean enter() {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            inside++;
            entered = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            inside--;
            idleSinceNanos = System.nanoTime();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void awaitClose() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed || inside > 0) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Lets nobody in any more, and waits for those inside, but not for ever.
    void closeAndWait(Duration patience) {
        lock.lock();
        try {
            closed = true;
            long left = patience.toNanos();
            while (inside > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// How long nobody has been inside; zero if somebody is.
    Duration idle() {
        lock.lock();
        try {
            return inside > 0
                    ? Duration.ZERO
                    : Duration.ofNanos(System.nanoTime() - idleSinceNanos);
        } finally {
            lock.unlock();
        }
    }

    boolean wasEntered() {
        lock.lock();
        try {
            return entered;
        } finally {
            lock.unlock();
        }
    }
}
