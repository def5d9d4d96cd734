// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Look-ups that come while one of the same key is under way share the next one. None is answered
/// with what was read before it came, so nothing here is ever stale.
final class SharedLookups<K, V> {
    private final Function<K, V> load;
    private final LoadingCache<K, Line<V>> lines =
            Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .expireAfterAccess(Duration.ofMinutes(1))
                    .build(_ -> new Line<>());

    SharedLookups(Function<K, V> load) {
        this.load = load;
    }

    private static final class Line<V> {
        final ReentrantLock lock = new ReentrantLock();
        final AtomicLong asked = new AtomicLong();
        long answered;
        @Nullable V value;
    }

    V get(K key) {
        var line = lines.get(key);
        long mine = line.asked.incrementAndGet();
        line.lock.lock();
        try {
            var known = line.value;
            if (known != null && line.answered >= mine) {
                return known;
            }
            long all = line.asked.get();
            var fresh = load.apply(key);
            line.value = fresh;
            line.answered = all;
            return fresh;
        } finally {
            line.lock.unlock();
        }
    }
}
