// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;

/// When a token holds.
public final class Times {
    private Times() {}

    /// @return when it expires
    /// @throws InvalidTokenException if it holds no more, not yet, or for ever
    public static Instant check(JWTClaimsSet claims, Instant now, Duration skew)
            throws InvalidTokenException {
        var expires = claims.getExpirationTime();
        if (expires == null) {
            throw new InvalidTokenException("Expected an expiry");
        }
        if (!now.minus(skew).isBefore(expires.toInstant())) {
            throw new InvalidTokenException("The token has expired");
        }
        var notBefore = claims.getNotBeforeTime();
        if (notBefore != null && now.plus(skew).isBefore(notBefore.toInstant())) {
            throw new InvalidTokenException("The token is not valid yet");
        }
        return expires.toInstant();
    }
}
