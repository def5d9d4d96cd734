// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.reading;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/// How much may be read: a stolen task token must not empty the store in a second.
@Component
class ReadLimits {
    private final int maxNames;
    private final RateLimiterConfig config;
    private final Cache<String, RateLimiter> limiters =
            Caffeine.newBuilder().expireAfterAccess(Duration.ofMinutes(10)).build();

    ReadLimits(
            @Value("${millrace.secrets.max-names}") int maxNames,
            @Value("${millrace.secrets.reads-per-second}") int readsPerSecond) {
        this.maxNames = maxNames;
        this.config =
                RateLimiterConfig.custom()
                        .limitForPeriod(readsPerSecond)
                        .limitRefreshPeriod(Duration.ofSeconds(1))
                        .timeoutDuration(Duration.ZERO)
                        .build();
    }

    int maxNames() {
        return maxNames;
    }

    /// For a task of the tenant.
    boolean tryRead(String tenant) {
        return tryTo("read-" + tenant);
    }

    /// For a call of a webhook of the tenant: anybody may call one, as often as he likes, and must
    /// not take from tasks what they may read.
    boolean tryMatch(String tenant) {
        return tryTo("match-" + tenant);
    }

    private boolean tryTo(String what) {
        return limiters.get(what, name -> RateLimiter.of("secrets-" + name, config))
                .acquirePermission();
    }
}
