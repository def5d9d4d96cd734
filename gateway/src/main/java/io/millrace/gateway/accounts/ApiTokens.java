// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.grants.Snapshot;
import io.millrace.gateway.signin.Issuers;
import io.millrace.gateway.signin.Principal;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Permission;
import io.millrace.platform.identity.InvalidTokenException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Checks API tokens. A checked one is remembered for as long as nothing changes who may do what:
/// taking one back changes that.
@Component
public class ApiTokens {
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

    /// What an issuer says of a user anew moves no version.
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private static final byte[] NO_HASH = new byte[32];

    private final Accounts accounts;
    private final Clock clock;
    private final boolean basic;
    private final Duration userSeenWithin;
    private final Issuers issuers;
    private final Cache<String, Checked> checked =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(LOOK_AGAIN).build();
    private final Cache<String, Boolean> noted =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(USE_NOTED_EVERY).build();

    /// @param owner the name of the account, or of the user
    private record Checked(Principal principal, String owner, long version) {}

    ApiTokens(Accounts accounts, Clock clock, GatewayProperties properties, Issuers issuers) {
        this.accounts = accounts;
        this.clock = clock;
        this.basic = properties.apiTokens().basic();
        this.userSeenWithin = properties.apiTokens().userSeenWithin();
        this.issuers = issuers;
    }

    public static boolean looksLikeOne(String token) {
        return token.startsWith(ApiToken.PREFIX);
    }

    /// Whether basic authentication is switched on.
    public boolean takesBasic() {
        return basic;
    }

    /// @param user name of the account or user that the token must be of
    /// @throws InvalidTokenException if it isn't
    public Principal verify(String user, String token, Snapshot current)
            throws InvalidTokenException {
        var found = check(token, current);
        if (!MessageDigest.isEqual(ApiToken.sha256(user), ApiToken.sha256(found.owner()))) {
            throw new InvalidTokenException("Expected the account or user that the token is of");
        }
        return found.principal();
    }

    /// @throws InvalidTokenException if it is none, or has expired, or was taken back
    public Principal verify(String token, Snapshot current) throws InvalidTokenException {
        return check(token, current).principal();
    }

    private Checked check(String text, Snapshot current) throws InvalidTokenException {
        var clear =
                ApiToken.Clear.parse(text)
                        .orElseThrow(() -> new InvalidTokenException("Expected an API token"));
        var now = clock.instant();
        // remembered by its hash: a heap dump shows no tokens
        var key = clear.id() + HexFormat.of().formatHex(clear.hash());
        var known = checked.getIfPresent(key);
        if (known == null
                || known.version() != current.version()
                || !now.isBefore(known.principal().expiresAt())) {
            known = read(clear, current.version());
            checked.put(key, known);
        }
        if (noted.getIfPresent(clear.id()) == null) {
            noted.put(clear.id(), true);
            accounts.used(clear.id(), now);
        }
        return known;
    }

    private Checked read(ApiToken.Clear clear, long version) throws InvalidTokenException {
        var stored = accounts.token(clear.id());
        var expected = stored.map(Accounts.Stored::hash).orElse(NO_HASH);
        boolean same = MessageDigest.isEqual(expected, clear.hash());
        if (stored.isEmpty() || !same) {
            throw new InvalidTokenException("Expected an API token that is known here");
        }
        var token = stored.get().token();
        if (!clock.instant().isBefore(token.expiresAt())) {
            throw new InvalidTokenException("The token has expired");
        }
        var account = stored.get().account();
        if (account != null) {
            return new Checked(principal(token, account), account.name(), version);
        }
        var user = Objects.requireNonNull(stored.get().user());
        return new Checked(principal(token, user), user.username(), version);
    }

    private static Principal principal(ApiToken token, ServiceAccount account) {
        return new Principal(
                account.subject(),
                Set.of(),
                token.expiresAt(),
                token.id(),
                new Principal.Profile("millrace", account.name(), account.name(), null, null),
                new Principal.Account(account.id(), account.tenant(), account.operator()),
                List.of(),
                bounds(token),
                true);
    }

    /// His groups are those that his issuer named when it last let him in. Who hasn't come for long
    /// may be known to it no more (ADR 0049).
    private Principal principal(ApiToken token, Accounts.Person user) throws InvalidTokenException {
        var seenUntil = user.lastSeen().plus(userSeenWithin);
        if (!clock.instant().isBefore(seenUntil)) {
            throw new InvalidTokenException("Expected its user to have signed in lately");
        }
        return new Principal(
                user.subject(),
                user.groups(),
                seenUntil.isBefore(token.expiresAt()) ? seenUntil : token.expiresAt(),
                token.id(),
                new Principal.Profile(
                        user.issuer(), user.username(), user.displayName(), user.email(), null),
                null,
                issuers.mapped(user.issuer(), user.groups()),
                bounds(token),
                true);
    }

    private static @Nullable Grant bounds(ApiToken token) {
        var permissions = token.permissions();
        if (permissions == null && token.namespace().isEmpty()) {
            return null;
        }
        return new Grant(
                "token",
                permissions == null ? EnumSet.allOf(Permission.class) : permissions,
                token.namespace());
    }
}
