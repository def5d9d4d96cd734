// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.GatewayProperties.IdentityFrom;
import io.millrace.gateway.signin.AccessTokens;
import io.millrace.gateway.signin.IdTokens;
import io.millrace.gateway.signin.Principal;
import io.millrace.platform.crypto.AesGcm;
import io.millrace.platform.crypto.TamperedException;
import io.millrace.platform.identity.InvalidTokenException;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Browsers that are signed in. A session is a row whose tokens only the browser's cookie opens
/// (ADR 0025); any instance can serve it, and ends it for all.
@Component
public class Sessions {
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Tokens are refreshed so long before they expire.
    private static final Duration AHEAD = Duration.ofSeconds(30);

    /// One who refreshes has so long; then another may.
    private static final Duration REFRESH_AT_MOST = Duration.ofSeconds(15);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration CLEAN_EVERY = Duration.ofMinutes(10);

    private final SessionStore store;
    private final IssuerClients clients;
    private final AccessTokens accessTokens;
    private final IdTokens idTokens;
    private final Cookies cookies;
    private final GatewayProperties.Sessions limits;
    private final TransactionOperations transactions;
    private final Clock clock;
    private final AesGcm aes = new AesGcm(new SecureRandom());
    private volatile Instant cleanedAt = Instant.EPOCH;

    /// A session as of now.
    ///
    /// @param csrfToken what a request that changes something has to bring
    /// @param expiresAt when it ends, if it isn't used again
    public record Session(Principal principal, String csrfToken, Instant expiresAt) {}

    Sessions(
            SessionStore store,
            IssuerClients clients,
            AccessTokens accessTokens,
            IdTokens idTokens,
            Cookies cookies,
            GatewayProperties properties,
            TransactionOperations transactions,
            Clock clock) {
        this.store = store;
        this.clients = clients;
        this.accessTokens = accessTokens;
        this.idTokens = idTokens;
        this.cookies = cookies;
        this.limits = properties.sessions();
        this.transactions = transactions;
        this.clock = clock;
    }

    /// The session of the request's cookie, which this use prolongs; empty if it has none.
    ///
    /// @throws InvalidTokenException if it has ended
    public Optional<Session> use(HttpServletRequest request) throws InvalidTokenException {
        var key = cookies.session(request);
        return key.isEmpty() ? Optional.empty() : Optional.of(live(key.get(), true));
    }

    /// The same, but looking doesn't prolong it.
    Optional<Session> look(HttpServletRequest request) throws InvalidTokenException {
        var key = cookies.session(request);
        return key.isEmpty() ? Optional.empty() : Optional.of(live(key.get(), false));
    }

    private Session live(SessionKey key, boolean use) throws InvalidTokenException {
        var row = store.find(key.id()).orElseThrow(Sessions::ended);
        var now = clock.instant();
        if (!now.isBefore(row.endsAt()) || !now.isBefore(row.lastUsedAt().plus(limits.idle()))) {
            store.delete(row.id());
            throw ended();
        }
        var client = clients.find(row.signIn()).orElseThrow(Sessions::ended);
        var tokens = current(key, row, client);
        var principal = principal(key, client, tokens);
        var lastUsed = row.lastUsedAt();
        // every use in a row of its own would be a write for each request
        if (use && Duration.between(lastUsed, now).compareTo(limits.idle().dividedBy(20)) > 0) {
            store.touch(row.id(), now);
            lastUsed = now;
        }
        var idleEnd = lastUsed.plus(limits.idle());
        return new Session(
                principal,
                key.csrfToken(),
                idleEnd.isBefore(row.endsAt()) ? idleEnd : row.endsAt());
    }

    private static InvalidTokenException ended() {
        return new InvalidTokenException("The session has ended. Sign in again");
    }

    private Principal principal(SessionKey key, IssuerClient client, Tokens tokens)
            throws InvalidTokenException {
        var idToken = tokens.idToken();
        if (client.signIn().identityFrom() == IdentityFrom.ACCESS_TOKEN || idToken == null) {
            return inSession(key, accessTokens.verify(tokens.accessToken()), tokens.expiresAt());
        }
        return inSession(key, stored(tokens), tokens.expiresAt());
    }

    /// The same session has the same token id, however often its tokens are refreshed: the audit
    /// log has one sign-in for it.
    private static Principal inSession(SessionKey key, Principal principal, Instant expiresAt) {
        return new Principal(
                principal.subject(),
                principal.groups(),
                expiresAt,
                "session-" + key.id().substring(0, 16),
                principal.profile(),
                null,
                principal.mapped(),
                null,
                false);
    }

    private static Principal stored(Tokens tokens) throws InvalidTokenException {
        var principal = tokens.principal();
        if (principal == null) {
            throw ended();
        }
        return principal;
    }

    private Tokens current(SessionKey key, SessionStore.Row row, IssuerClient client)
            throws InvalidTokenException {
        var tokens = open(key, row);
        var now = clock.instant();
        if (now.isBefore(tokens.expiresAt().minus(AHEAD))) {
            return tokens;
        }
        boolean expired = !now.isBefore(tokens.expiresAt());
        if (tokens.refreshToken() == null) {
            if (expired) {
                store.delete(row.id());
                throw ended();
            }
            return tokens;
        }
        if (store.claimRefresh(row.id(), row.version(), now, now.plus(REFRESH_AT_MOST))) {
            return refresh(key, row, client, tokens, expired);
        }
        return expired ? refreshedByAnother(key, row) : tokens;
    }

    private Tokens refresh(
            SessionKey key,
            SessionStore.Row row,
            IssuerClient client,
            Tokens tokens,
            boolean expired)
            throws InvalidTokenException {
        try {
            var fresh = checked(client, client.refresh(tokens), null, tokens);
            if (!row.subject().equals(subject(client, fresh))) {
                throw new IssuerClient.RejectedException("The refreshed token is somebody else's");
            }
            store.refreshed(row.id(), row.version(), seal(key, fresh));
            return fresh;
        } catch (IssuerClient.RejectedException e) {
            log.atInfo()
                    .addKeyValue("subject", row.subject())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("A session has ended");
            store.delete(row.id());
            throw ended();
        } catch (InvalidTokenException e) {
            store.delete(row.id());
            throw e;
        } catch (ServiceException e) {
            store.refreshFailed(row.id(), row.version());
            if (expired) {
                throw e;
            }
            return tokens;
        }
    }

    private Tokens refreshedByAnother(SessionKey key, SessionStore.Row row)
            throws InvalidTokenException {
        var until = clock.instant().plus(REFRESH_AT_MOST);
        while (clock.instant().isBefore(until)) {
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                break;
            }
            var now = store.find(row.id()).orElseThrow(Sessions::ended);
            if (now.version() != row.version()) {
                return open(key, now);
            }
        }
        throw new ServiceException.Unavailable("The session is being refreshed. Try again");
    }

    /// Tokens of which the one that says who somebody is has been checked.
    private Tokens checked(
            IssuerClient client, Tokens tokens, @Nullable String nonce, @Nullable Tokens before)
            throws InvalidTokenException {
        var signIn = client.signIn();
        var idToken = tokens.idToken();
        @Nullable Principal principal = before == null ? null : before.principal();
        if (idToken == null) {
            throw new InvalidTokenException("Expected an ID token: ask for the scope openid");
        }
        if (before == null || !idToken.equals(before.idToken())) {
            principal = idTokens.verify(idToken, client.issuer(), signIn.clientId(), nonce);
            if (signIn.identityFrom() == IdentityFrom.ACCESS_TOKEN
                    && !accessTokens
                            .verify(tokens.accessToken())
                            .subject()
                            .equals(principal.subject())) {
                throw new InvalidTokenException("Expected an access token of who has signed in");
            }
        }
        if (signIn.identityFrom() == IdentityFrom.ACCESS_TOKEN) {
            accessTokens.verify(tokens.accessToken());
            principal = null; // it is read from the access token, each time
        }
        return new Tokens(
                tokens.accessToken(),
                tokens.expiresAt(),
                tokens.refreshToken(),
                idToken,
                principal);
    }

    private String subject(IssuerClient client, Tokens tokens) throws InvalidTokenException {
        return client.signIn().identityFrom() == IdentityFrom.ACCESS_TOKEN
                ? accessTokens.verify(tokens.accessToken()).subject()
                : stored(tokens).subject();
    }

    /// What a browser gets that has signed in.
    record Opened(SessionKey key, Principal principal, Duration longest) {}

    /// @throws InvalidTokenException if what the issuer gave isn't good
    Opened open(IssuerClient client, Tokens given, String nonce) throws InvalidTokenException {
        var tokens = checked(client, given, nonce, null);
        var key = SessionKey.random();
        var now = clock.instant();
        var row =
                new SessionStore.Row(
                        key.id(),
                        subject(client, tokens),
                        client.signIn().name(),
                        seal(key, tokens),
                        0,
                        now,
                        now.plus(limits.longest()));
        transactions.executeWithoutResult(_ -> store.insert(row, limits.perUser()));
        clean(now);
        return new Opened(key, principal(key, client, tokens), limits.longest());
    }

    private void clean(Instant now) {
        if (now.isAfter(cleanedAt.plus(CLEAN_EVERY))) {
            cleanedAt = now;
            store.deleteEnded(now, now.minus(limits.idle()));
        }
    }

    /// What is left to be done where a session has ended.
    record Ended(IssuerClient client, Tokens tokens, String subject, String tokenId) {}

    /// Ends a session for all instances.
    ///
    /// @return empty if it had already ended
    Optional<Ended> end(SessionKey key) {
        var row = store.find(key.id());
        if (row.isEmpty() || !store.delete(key.id())) {
            return Optional.empty();
        }
        return clients.find(row.get().signIn())
                .map(client -> {
                    try {
                        return new Ended(
                                client,
                                open(key, row.get()),
                                row.get().subject(),
                                "session-" + key.id().substring(0, 16));
                    } catch (InvalidTokenException _) {
                        return null;
                    }
                });
    }

    private byte[] seal(SessionKey key, Tokens tokens) {
        return aes.seal(key.tokensKey(), JSON.writeValueAsBytes(tokens), boundTo(key));
    }

    private Tokens open(SessionKey key, SessionStore.Row row) throws InvalidTokenException {
        try {
            var plain = aes.open(key.tokensKey(), row.sealed(), boundTo(key));
            return JSON.readValue(plain, Tokens.class);
        } catch (TamperedException | JacksonException _) {
            store.delete(row.id());
            throw ended();
        }
    }

    private static byte[] boundTo(SessionKey key) {
        return ("browser session " + key.id()).getBytes(StandardCharsets.US_ASCII);
    }
}
