// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.millrace.platform.access.TaskIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Tokens with which a running task reads the secrets and files of its execution. HS256 with a key
/// that only the execution-, the secrets- and the flow-service have: workers can pass them on, not
/// make them.
public final class TaskTokens {
    private static final String AUDIENCE = "task";
    private static final JWSHeader HEADER = new JWSHeader(JWSAlgorithm.HS256);

    private final Clock clock;
    private final Duration lifetime;
    private final MACSigner signer;
    private final MACVerifier verifier;
    private final Cache<String, Verified> verified =
            Caffeine.newBuilder().maximumSize(10_000).build();

    private record Verified(TaskIdentity task, Instant expiresAt) {}

    /// @param keyFile 32 random bytes or more, as hex
    public TaskTokens(Path keyFile, Duration lifetime, Clock clock) {
        this.clock = clock;
        this.lifetime = lifetime;
        try {
            var key = HexFormat.of().parseHex(Files.readString(keyFile).strip());
            this.signer = new MACSigner(key);
            this.verifier = new MACVerifier(key);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read millrace.task-token.key-file", e);
        } catch (JOSEException | IllegalArgumentException e) {
            throw new IllegalStateException("Expected 32 bytes or more as hex in " + keyFile, e);
        }
    }

    public String issue(TaskIdentity task) {
        return issue(task, null);
    }

    /// @param workerGroup whose workers get it with a job; absent if any may
    public String issue(TaskIdentity task, @Nullable String workerGroup) {
        var now = clock.instant();
        var jwt =
                new SignedJWT(
                        HEADER,
                        new JWTClaimsSet.Builder()
                                .audience(AUDIENCE)
                                .issueTime(Date.from(now))
                                .expirationTime(Date.from(now.plus(lifetime)))
                                .claim("tenant", task.tenant())
                                .claim("namespace", task.namespace())
                                .claim("flow", task.flow())
                                .claim("execution", task.execution())
                                .claim("taskRun", task.taskRun())
                                .claim("group", workerGroup)
                                .build());
        try {
            jwt.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("Could not sign a task token", e);
        }
        return jwt.serialize();
    }

    /// @throws InvalidTokenException if the execution-service hasn't signed it, or it has expired
    public TaskIdentity verify(String token) throws InvalidTokenException {
        var now = clock.instant();
        var known = verified.getIfPresent(token);
        if (known != null && now.isBefore(known.expiresAt())) {
            return known.task();
        }
        var fresh = check(token, now);
        verified.put(token, fresh);
        return fresh.task();
    }

    /// Whether a token came with a job of an execution to the workers of a group. When that was
    /// doesn't matter: a job may have waited for longer than its token counts.
    public boolean cameWithJob(String token, String execution, String workerGroup) {
        try {
            var claims = signed(token);
            var group = claims.getStringClaim("group");
            return execution.equals(claims.getStringClaim("execution"))
                    && (group == null || group.equals(workerGroup));
        } catch (ParseException | JOSEException | InvalidTokenException _) {
            return false;
        }
    }

    private JWTClaimsSet signed(String token)
            throws ParseException, JOSEException, InvalidTokenException {
        var jwt = SignedJWT.parse(token);
        if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm()) || !jwt.verify(verifier)) {
            throw new InvalidTokenException("Expected a task token");
        }
        var claims = jwt.getJWTClaimsSet();
        if (!claims.getAudience().contains(AUDIENCE)) {
            throw new InvalidTokenException("Expected audience " + AUDIENCE);
        }
        return claims;
    }

    private Verified check(String token, Instant now) throws InvalidTokenException {
        try {
            var claims = signed(token);
            var expiresAt = Times.check(claims, now, Duration.ZERO);
            var task =
                    new TaskIdentity(
                            required(claims, "tenant"),
                            required(claims, "namespace"),
                            required(claims, "flow"),
                            required(claims, "execution"),
                            claims.getIntegerClaim("taskRun"));
            return new Verified(task, expiresAt);
        } catch (ParseException | JOSEException e) {
            throw new InvalidTokenException("Expected a task token");
        }
    }

    private static String required(JWTClaimsSet claims, String name)
            throws ParseException, InvalidTokenException {
        var value = claims.getStringClaim(name);
        if (value == null) {
            throw new InvalidTokenException("Expected claim " + name);
        }
        return value;
    }
}
