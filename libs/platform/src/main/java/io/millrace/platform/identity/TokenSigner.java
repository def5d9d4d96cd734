// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Quota;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Signs internal tokens (ES256) with this service's key: for itself, and at the gateway for users.
public final class TokenSigner {
    static final String AUDIENCE = "millrace";
    static final String ISSUER_PREFIX = "millrace-";

    private final Clock clock;
    private final Duration lifetime;
    private final String service;
    private final JWSHeader header;
    private final ECDSASigner signer;
    private volatile @Nullable Signed own;

    private record Signed(String token, Instant renewAt) {}

    public TokenSigner(Path keyFile, Duration lifetime, Clock clock) {
        this.clock = clock;
        this.lifetime = lifetime;
        try {
            var key = ECKey.parse(Files.readString(keyFile));
            this.service = TrustedKeys.serviceOf(key.getKeyID());
            this.header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
            this.signer = new ECDSASigner(key);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read millrace.identity.key-file", e);
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException("Expected a private P-256 JWK in " + keyFile, e);
        }
    }

    /// The service that the key is of, such as `execution`.
    public String service() {
        return service;
    }

    /// A token for this service's own calls; the same one for a while.
    public String forService() {
        var now = clock.instant();
        var current = own;
        if (current == null || !now.isBefore(current.renewAt())) {
            var token = sign(claims(now, lifetime).subject("service:" + service).build());
            current = new Signed(token, now.plus(lifetime.dividedBy(2)));
            own = current;
        }
        return current.token();
    }

    /// A token for a user. Services take it from the gateway's key alone.
    public String forCaller(Caller caller, Duration validFor) {
        return sign(
                claims(clock.instant(), validFor)
                        .subject(caller.subject())
                        .claim("tenant", caller.tenant())
                        .claim("grants", caller.grants().stream().map(Grant::toString).toList())
                        .claim("groups", List.copyOf(caller.groups()))
                        .claim("tid", caller.tokenId())
                        .claim("quotas", caller.quotas().stream().map(Quota::toString).toList())
                        .build());
    }

    private JWTClaimsSet.Builder claims(Instant now, Duration validFor) {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER_PREFIX + service)
                .audience(AUDIENCE)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(validFor)));
    }

    private String sign(JWTClaimsSet claims) {
        var jwt = new SignedJWT(header, claims);
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("Could not sign a token", e);
        }
        return jwt.serialize();
    }
}
