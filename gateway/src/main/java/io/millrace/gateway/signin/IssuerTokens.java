// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.millrace.gateway.GatewayProperties.Issuer;
import io.millrace.platform.identity.InvalidTokenException;
import io.millrace.platform.identity.Times;
import io.millrace.platform.problem.ServiceException;
import java.net.MalformedURLException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Access tokens of one issuer (RFC 9068, and what Keycloak and others make of it). ID tokens are
/// refused: they are for the client that asked for them, not for an API.
final class IssuerTokens {
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");
    private static final List<String> ID_TOKEN_CLAIMS = List.of("at_hash", "c_hash", "nonce");
    private static final int TIMEOUT_MS = 3000;
    private static final int MAX_KEYS_BYTES = 256 * 1024;

    private final Issuer issuer;
    private final boolean only;
    private final Clock clock;
    private final Set<JWSAlgorithm> algorithms;
    private final JWSVerificationKeySelector<SecurityContext> keys;
    private final GroupMappings mappings;
    private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();

    /// @param only whether no other issuer is taken
    IssuerTokens(Issuer issuer, boolean only, Clock clock) {
        this.issuer = issuer;
        this.only = only;
        this.clock = clock;
        this.algorithms =
                issuer.algorithms().stream()
                        .map(JWSAlgorithm::parse)
                        .filter(JWSAlgorithm.Family.SIGNATURE::contains)
                        .collect(Collectors.toUnmodifiableSet());
        this.mappings = new GroupMappings(issuer.groupMappings());
        this.keys = new JWSVerificationKeySelector<>(algorithms, source(issuer));
    }

    /// Keys are kept for a while; an unknown key id is looked up once, and not again for a while.
    private static JWKSource<SecurityContext> source(Issuer issuer) {
        try {
            var retriever = new DefaultResourceRetriever(TIMEOUT_MS, TIMEOUT_MS, MAX_KEYS_BYTES);
            return JWKSourceBuilder.<SecurityContext>create(issuer.jwksUri().toURL(), retriever)
                    .cache(issuer.keysFor().toMillis(), 2L * TIMEOUT_MS)
                    .refreshAheadCache(false)
                    .rateLimited(issuer.refetchPause().toMillis())
                    .outageTolerant(Duration.ofHours(4).toMillis())
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(
                    "Expected a URL in millrace.gateway.issuers[].jwks-uri", e);
        }
    }

    /// What groups of the issuer mean in tenants.
    List<Principal.Mapped> mapped(Set<String> groups) {
        return mappings.of(groups);
    }

    /// An access token for us.
    Principal check(SignedJWT jwt) throws InvalidTokenException {
        var claims = signed(jwt);
        if (!claims.getAudience().contains(issuer.audience())) {
            throw new InvalidTokenException("Expected audience " + issuer.audience());
        }
        if (isIdToken(claims)) {
            throw new InvalidTokenException("Expected an access token, not an ID token");
        }
        return principal(jwt, claims);
    }

    /// An ID token for one client.
    Principal checkId(SignedJWT jwt, String expectedIssuer, String clientId, @Nullable String nonce)
            throws InvalidTokenException {
        if (!issuer.issuer().equals(expectedIssuer)) {
            throw new InvalidTokenException("Expected a token of the issuer that was asked");
        }
        var claims = signed(jwt);
        var audience = claims.getAudience();
        var authorized = claims.getClaim("azp");
        if (!audience.contains(clientId)
                || (audience.size() > 1 && authorized == null)
                || (authorized != null && !clientId.equals(authorized))) {
            throw new InvalidTokenException("Expected an ID token for client " + clientId);
        }
        if (nonce != null
                && !MessageDigest.isEqual(
                        nonce.getBytes(StandardCharsets.UTF_8),
                        String.valueOf(claims.getClaim("nonce"))
                                .getBytes(StandardCharsets.UTF_8))) {
            throw new InvalidTokenException("Expected the nonce that was sent");
        }
        return principal(jwt, claims);
    }

    private JWTClaimsSet signed(SignedJWT jwt) throws InvalidTokenException {
        var header = jwt.getHeader();
        if (!algorithms.contains(header.getAlgorithm())) {
            throw new InvalidTokenException("Expected a signature by one of " + algorithms);
        }
        var type = header.getType();
        if (type != null && !TYPES.contains(type.getType().toLowerCase(Locale.ROOT))) {
            throw new InvalidTokenException("Expected an access token");
        }
        if (header.getKeyID() == null) {
            throw new InvalidTokenException("Expected a key id");
        }
        try {
            if (!isSigned(jwt)) {
                throw new InvalidTokenException("Expected a signature by a key of the issuer");
            }
            return jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw new InvalidTokenException("Expected well-formed claims");
        } catch (JOSEException e) {
            throw new InvalidTokenException("Expected a signature that can be checked");
        }
    }

    private Principal principal(SignedJWT jwt, JWTClaimsSet claims) throws InvalidTokenException {
        try {
            var expiresAt = Times.check(claims, clock.instant(), issuer.clockSkew());
            var subject = claims.getStringClaim(issuer.subjectClaim());
            if (subject == null
                    || subject.isBlank()
                    || (issuer.prefix() + subject).startsWith(Principal.AWAITED)) {
                throw new InvalidTokenException("Expected claim " + issuer.subjectClaim());
            }
            var groups = groups(claims);
            var username = claims.getClaim("preferred_username");
            var email = text(claims.getClaim("email"));
            return new Principal(
                    issuer.prefix() + subject,
                    groups,
                    expiresAt,
                    claims.getJWTID() == null ? digest(jwt) : claims.getJWTID(),
                    new Principal.Profile(
                            issuer.issuer(),
                            username == null ? issuer.prefix() + subject : username.toString(),
                            text(claims.getClaim("name")),
                            email,
                            email != null && isHis(email, claims.getClaim("email_verified"))
                                    ? email.toLowerCase(Locale.ROOT)
                                    : null),
                    null,
                    mapped(groups),
                    null,
                    false);
        } catch (ParseException e) {
            throw new InvalidTokenException("Expected well-formed claims");
        }
    }

    /// Whoever is expected under an address gets what is meant for it: so an issuer vouches for
    /// those of its own domains, or for all if there is no other.
    ///
    /// @param said whether the issuer has checked the address; some never say
    private boolean isHis(String email, @Nullable Object said) {
        var domains = issuer.emailDomains();
        if (domains.isEmpty()) {
            return only && "true".equals(String.valueOf(said));
        }
        return !"false".equals(String.valueOf(said))
                && domains.stream()
                        .anyMatch(d ->
                                d.equalsIgnoreCase(email.substring(email.lastIndexOf('@') + 1)));
    }

    private static @Nullable String text(@Nullable Object claim) {
        return claim instanceof String text && !text.isBlank() ? text : null;
    }

    /// Names a token that has no id of its own.
    private static String digest(SignedJWT jwt) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var bytes = digest.digest(jwt.getSigningInput());
            return HexFormat.of().formatHex(bytes, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK", e);
        }
    }

    private boolean isSigned(SignedJWT jwt) throws JOSEException {
        var header = jwt.getHeader();
        try {
            for (var key : keys.selectJWSKeys(header, null)) {
                if (jwt.verify(verifiers.createJWSVerifier(header, key))) {
                    return true;
                }
            }
            return false;
        } catch (RateLimitReachedException e) {
            return false; // an unknown key id, asked for again too soon
        } catch (KeySourceException e) {
            throw new ServiceException.Unavailable(
                    "The issuer's keys can't be read. Try again", Duration.ofSeconds(5), e);
        }
    }

    private static boolean isIdToken(JWTClaimsSet claims) {
        return ID_TOKEN_CLAIMS.stream().anyMatch(c -> claims.getClaim(c) != null)
                || (claims.getClaim("typ") instanceof String typ && !typ.equals("Bearer"));
    }

    private Set<String> groups(JWTClaimsSet claims) {
        @Nullable Object value = claims.getClaims();
        for (var name : issuer.groupsClaim().split("\\.")) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        var groups = new HashSet<String>();
        if (value instanceof List<?> list) {
            list.forEach(g -> groups.add(issuer.prefix() + g));
        } else if (value instanceof String one) {
            groups.add(issuer.prefix() + one);
        }
        return groups;
    }
}
