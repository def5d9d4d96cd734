// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.platform.access.QuotaUse;
import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/// Remembers starts that a quota refuses, for as long as it would refuse them: whoever asks for
/// twenty times his quota costs the execution-service no more than who keeps to it.
@Component
public class StartGate {
    private final Clock clock;
    private final Cache<Start, Closed> closed =
            Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .expireAfterWrite(Duration.ofMinutes(1))
                    .build();

    /// @param path of the flow that is started
    /// @param version of all that was set when it was asked: another quota counts at once
    public record Start(String tenant, String path, long version) {}

    private record Closed(QuotaUse.Closed quota, Instant until) {}

    StartGate(Clock clock) {
        this.clock = clock;
    }

    /// @throws ServiceException.TooMany if the quota would refuse it now
    public void pass(Start start) {
        var known = closed.getIfPresent(start);
        if (known == null) {
            return;
        }
        var wait = Duration.between(clock.instant(), known.until());
        if (wait.isPositive()) {
            throw QuotaUse.refusedStarts(
                    known.quota().amount(), known.quota().namespace(), start.tenant(), wait);
        }
        closed.asMap().remove(start, known);
    }

    /// @param header what the service has said of it
    public void refused(Start start, String header) {
        QuotaUse.Closed.parse(header)
                .ifPresent(quota ->
                        closed.put(start, new Closed(quota, clock.instant().plus(quota.pause()))));
    }
}
