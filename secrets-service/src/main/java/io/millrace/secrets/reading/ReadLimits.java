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
    private final Cache<String, RateLimiter> byTenant =
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

    boolean tryRead(String tenant) {
        return byTenant.get(tenant, name -> RateLimiter.of("secrets-" + name, config))
                .acquirePermission();
    }
}
