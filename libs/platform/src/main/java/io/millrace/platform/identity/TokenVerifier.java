// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.Quota;
import io.millrace.platform.access.ServiceIdentity;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks internal tokens. A checked token is remembered until it expires, or the keys change.
public final class TokenVerifier {
    private static final String GATEWAY = "gateway";

    private final Clock clock;
    private final Duration skew;
    private final TrustedKeys keys;
    private final Cache<String, Verified> verified =
            Caffeine.newBuilder().maximumSize(10_000).build();

    private record Verified(Identity identity, Instant expiresAt) {}

    public TokenVerifier(Path trustedKeys, Duration skew, Clock clock) {
        this.clock = clock;
        this.skew = skew;
        this.keys = new TrustedKeys(trustedKeys, clock, verified::invalidateAll);
    }

    /// @throws InvalidTokenException if it isn't one that a service of this installation has signed
    public Identity verify(String token) throws InvalidTokenException {
        keys.refresh();
        var known = verified.getIfPresent(token);
        if (known != null && clock.instant().isBefore(known.expiresAt())) {
            return known.identity();
        }
        var fresh = check(token);
        verified.put(token, fresh);
        return fresh.identity();
    }

    private Verified check(String token) throws InvalidTokenException {
        try {
            var jwt = SignedJWT.parse(token);
            var header = jwt.getHeader();
            if (!JWSAlgorithm.ES256.equals(header.getAlgorithm())) {
                throw new InvalidTokenException("Expected ES256");
            }
            var keyId = header.getKeyID();
            var key = keyId == null ? null : keys.get(keyId);
            if (key == null || !jwt.verify(key)) {
                throw new InvalidTokenException("Expected a signature by a trusted key");
            }
            var claims = jwt.getJWTClaimsSet();
            var service = TrustedKeys.serviceOf(keyId);
            if (!(TokenSigner.ISSUER_PREFIX + service).equals(claims.getIssuer())) {
                throw new InvalidTokenException("Expected the issuer that the key is of");
            }
            if (!claims.getAudience().contains(TokenSigner.AUDIENCE)) {
                throw new InvalidTokenException("Expected audience " + TokenSigner.AUDIENCE);
            }
            var expiresAt = Times.check(claims, clock.instant(), skew);
            return new Verified(identity(service, claims), expiresAt);
        } catch (ParseException | JOSEException e) {
            throw new InvalidTokenException("Expected a signed JWT");
        }
    }

    private static Identity identity(String service, JWTClaimsSet claims)
            throws ParseException, InvalidTokenException {
        var subject = claims.getSubject();
        var tenant = claims.getStringClaim("tenant");
        if (tenant == null) {
            if (!("service:" + service).equals(subject)) {
                throw new InvalidTokenException("Expected the service that the key is of");
            }
            return new ServiceIdentity(service);
        }
        if (!service.equals(GATEWAY) || subject == null) {
            throw new InvalidTokenException("Expected the gateway to vouch for a user");
        }
        var groups = claims.getStringListClaim("groups");
        return new Caller(
                tenant,
                subject,
                grants(claims.getStringListClaim("grants")),
                groups == null ? Set.of() : Set.copyOf(groups),
                claims.getStringClaim("tid"),
                quotas(claims.getStringListClaim("quotas")),
                false);
    }

    private static List<Quota> quotas(@Nullable List<String> texts) {
        var quotas = new ArrayList<Quota>();
        for (var text : texts == null ? List.<String>of() : texts) {
            Quota.parse(text).ifPresent(quotas::add);
        }
        return quotas;
    }

    private static List<Grant> grants(@Nullable List<String> texts) {
        var grants = new ArrayList<Grant>();
        for (var text : texts == null ? List.<String>of() : texts) {
            // a role that this version doesn't know grants nothing
            Grant.parse(text).ifPresent(grants::add);
        }
        return grants;
    }
}
