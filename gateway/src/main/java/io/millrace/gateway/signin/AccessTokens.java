// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jwt.SignedJWT;
import io.millrace.gateway.GatewayProperties;
import io.millrace.platform.identity.InvalidTokenException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/// Checks access tokens of all issuers. A checked token is remembered, at most for a minute, so
/// that a key that an issuer takes back stops opening doors.
@Component
public class AccessTokens {
    private static final int LONGEST = 8192;

    private final Clock clock;
    private final Map<String, IssuerTokens> issuers = new HashMap<>();
    private final Cache<String, Principal> verified =
            Caffeine.newBuilder()
                    .maximumSize(10_000)
                    .expireAfterWrite(Duration.ofMinutes(1))
                    .build();

    AccessTokens(GatewayProperties properties, Clock clock) {
        this.clock = clock;
        for (var issuer : properties.issuers()) {
            issuers.put(issuer.issuer(), new IssuerTokens(issuer, clock));
        }
    }

    /// @throws InvalidTokenException if it isn't an access token for us, or no more
    public Principal verify(String token) throws InvalidTokenException {
        var known = verified.getIfPresent(token);
        if (known != null && clock.instant().isBefore(known.expiresAt())) {
            return known;
        }
        var fresh = check(token);
        verified.put(token, fresh);
        return fresh;
    }

    private Principal check(String token) throws InvalidTokenException {
        if (token.length() > LONGEST) {
            throw new InvalidTokenException("Expected a token of at most 8 KiB");
        }
        try {
            var jwt = SignedJWT.parse(token);
            var claimed = jwt.getJWTClaimsSet().getIssuer();
            var issuer = claimed == null ? null : issuers.get(claimed);
            if (issuer == null) {
                throw new InvalidTokenException("Expected a token of a known issuer");
            }
            return issuer.check(jwt);
        } catch (ParseException e) {
            throw new InvalidTokenException("Expected a signed JWT");
        }
    }
}
