// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.platform.identity.InvalidTokenException;
import java.time.Clock;
import java.time.Duration;
import org.springframework.stereotype.Component;

/// Checks access tokens of all issuers. A checked token is remembered, at most for a minute, so
/// that a key that an issuer takes back stops opening doors.
@Component
public class AccessTokens {
    private final Clock clock;
    private final Issuers issuers;
    private final Cache<String, Principal> verified =
            Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .expireAfterWrite(Duration.ofMinutes(1))
                    .build();

    AccessTokens(Issuers issuers, Clock clock) {
        this.issuers = issuers;
        this.clock = clock;
    }

    /// @throws InvalidTokenException if it isn't an access token for us, or no more
    public Principal verify(String token) throws InvalidTokenException {
        var known = verified.getIfPresent(token);
        if (known != null && clock.instant().isBefore(known.expiresAt())) {
            return known;
        }
        var claimed = issuers.read(token);
        var fresh = claimed.issuer().check(claimed.jwt());
        verified.put(token, fresh);
        return fresh;
    }
}
