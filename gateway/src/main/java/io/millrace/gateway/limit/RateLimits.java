// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.limit;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.millrace.gateway.GatewayProperties;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/// Token buckets per caller, per tenant, and per address of those who have no token. Each instance
/// counts for itself. The headers are those of draft-ietf-httpapi-ratelimit-headers.
@Component
public class RateLimits {
    private final int callerPerSecond;
    private final LoadingCache<String, Bucket> callers;
    private final LoadingCache<String, Bucket> tenants;
    private final LoadingCache<String, Bucket> addresses;
    private final LoadingCache<String, Bucket> webhooks;
    private final String policy;

    RateLimits(GatewayProperties properties) {
        var limits = properties.limits();
        this.callerPerSecond = limits.callerPerSecond();
        this.callers = buckets(limits.callerPerSecond());
        this.tenants = buckets(limits.tenantPerSecond());
        this.addresses = buckets(limits.addressPerSecond());
        this.webhooks = buckets(limits.webhookPerSecond());
        this.policy = "\"caller\";q=" + 2 * callerPerSecond + ";w=2";
    }

    private static LoadingCache<String, Bucket> buckets(int perSecond) {
        return Caffeine.newBuilder()
                .maximumSize(50_000)
                .expireAfterAccess(Duration.ofMinutes(5))
                .build(_ ->
                        Bucket.builder()
                                .addLimit(l ->
                                        l.capacity(2L * perSecond)
                                                .refillGreedy(perSecond, Duration.ofSeconds(1)))
                                .build());
    }

    /// @throws ServiceException.TooMany if the caller or the tenant has asked for too much
    public void take(String caller, String tenant, HttpServletResponse response) {
        response.setHeader("RateLimit-Policy", policy);
        var own = callers.get(caller).tryConsumeAndReturnRemaining(1);
        response.setHeader("RateLimit", "\"caller\";r=" + own.getRemainingTokens() + ";t=1");
        if (!own.isConsumed()) {
            throw new ServiceException.TooMany(
                    "Expected at most " + callerPerSecond + " requests a second",
                    Duration.ofNanos(own.getNanosToWaitForRefill()));
        }
        var all = tenants.get(tenant).tryConsumeAndReturnRemaining(1);
        if (!all.isConsumed()) {
            throw new ServiceException.TooMany(
                    "Too much is asked of tenant " + tenant + " at once",
                    Duration.ofNanos(all.getNanosToWaitForRefill()));
        }
    }

    /// For webhooks, whose callers have no token.
    ///
    /// @throws ServiceException.TooMany if too much came from there, or is asked of the tenant
    public void takeWebhook(String address, String tenant) {
        for (var bucket : List.of(webhooks.get(address), tenants.get(tenant))) {
            var probe = bucket.tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                throw new ServiceException.TooMany(
                        "Too many webhooks at once",
                        Duration.ofNanos(probe.getNanosToWaitForRefill()));
            }
        }
    }

    /// @throws ServiceException.TooMany if too much came from there without a valid token
    public void takeAnonymous(String address) {
        var probe = addresses.get(address).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            throw new ServiceException.TooMany(
                    "Too many requests without a valid token",
                    Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
    }
}
