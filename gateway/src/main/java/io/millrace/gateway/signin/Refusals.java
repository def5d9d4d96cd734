// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.signin;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.millrace.platform.audit.AuditTrail;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/// Records who was not let in. One address gets a minute's worth of records; what comes beyond is
/// counted, and the count is in its next record: nobody fills the audit log from outside.
@Component
public class Refusals {
    private static final int PER_MINUTE = 60;

    private final AuditTrail audit;
    private final LoadingCache<String, Source> sources =
            Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .expireAfterAccess(Duration.ofMinutes(10))
                    .build(_ ->
                            new Source(
                                    Bucket.builder()
                                            .addLimit(l ->
                                                    l.capacity(PER_MINUTE)
                                                            .refillGreedy(
                                                                    PER_MINUTE,
                                                                    Duration.ofMinutes(1)))
                                            .build(),
                                    new AtomicLong()));

    private record Source(Bucket records, AtomicLong left) {}

    Refusals(AuditTrail audit) {
        this.audit = audit;
    }

    /// @param tenant `-` if there is none
    public void unauthenticated(String tenant, HttpServletRequest request, String why) {
        var address = request.getRemoteAddr();
        var source = sources.get(address);
        if (!source.records().tryConsume(1)) {
            source.left().incrementAndGet();
            return;
        }
        var details = new LinkedHashMap<String, String>();
        details.put("why", why);
        details.put("from", address);
        details.put("method", request.getMethod());
        long left = source.left().getAndSet(0);
        if (left > 0) {
            details.put("unrecordedBefore", Long.toString(left));
        }
        audit.refused(
                tenant, "unknown", "signin.refused", "route" + request.getRequestURI(), details);
    }
}
