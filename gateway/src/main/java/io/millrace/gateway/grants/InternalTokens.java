// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.gateway.signin.Principal;
import io.millrace.platform.access.Caller;
import io.millrace.platform.identity.IdentityProperties;
import io.millrace.platform.identity.TokenSigner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/// The internal token for a caller in a tenant; the same one for half its life, unless what he may
/// do changes.
@Component
public class InternalTokens {
    /// Groups are for those that look at them, such as approvals; a token must fit in a header.
    private static final int MOST_GROUP_CHARACTERS = 4096;

    private final TokenSigner signer;
    private final Clock clock;
    private final Duration lifetime;
    private final Bindings bindings;
    private final Cache<Key, Issued> issued = Caffeine.newBuilder().maximumSize(20_000).build();

    private record Key(Principal principal, String tenant) {}

    /// @param caller the user in the tenant
    /// @param token what services take for him
    public record Issued(Caller caller, String token, Instant renewAt, long version) {}

    InternalTokens(
            TokenSigner signer, Clock clock, IdentityProperties identity, Bindings bindings) {
        this.signer = signer;
        this.clock = clock;
        this.lifetime = identity.lifetime();
        this.bindings = bindings;
    }

    /// @return empty if the principal may do nothing in the tenant, nor know whether it exists
    public Optional<Issued> issue(Principal principal, String tenant, Snapshot current) {
        var key = new Key(principal, tenant);
        var known = issued.getIfPresent(key);
        if (known != null
                && known.version() == current.version()
                && clock.instant().isBefore(known.renewAt())) {
            return Optional.of(known);
        }
        var grants = current.grants(principal, tenant);
        if (grants.isEmpty()) {
            return Optional.empty();
        }
        var caller =
                new Caller(
                        tenant,
                        principal.subject(),
                        grants,
                        bounded(current.groups(principal, tenant)),
                        principal.tokenId(),
                        current.quotas(tenant),
                        false);
        var fresh = sign(caller, principal.expiresAt(), current.version());
        issued.put(key, fresh);
        return Optional.of(fresh);
    }

    private static Set<String> bounded(Set<String> groups) {
        var some = new HashSet<String>();
        int characters = 0;
        for (var group : groups.stream().sorted().toList()) {
            characters += group.length() + 3;
            if (characters > MOST_GROUP_CHARACTERS) {
                break;
            }
            some.add(group);
        }
        return some;
    }

    /// Who runs the installation, outside of all tenants; empty for all others.
    public Optional<Caller> operator(Principal principal) {
        return bindings.current().isOperator(principal)
                ? Optional.of(
                        new Caller(
                                "-",
                                principal.subject(),
                                List.of(),
                                Set.of(),
                                principal.tokenId(),
                                List.of(),
                                true))
                : Optional.empty();
    }

    /// For open routes: a caller who may do nothing, in the tenant that the path names.
    ///
    /// @return empty if there is no such tenant
    public Optional<Issued> anonymous(String tenant) {
        var current = bindings.current();
        if (!current.tenants().contains(tenant)) {
            return Optional.empty();
        }
        var principal =
                new Principal(
                        "anonymous",
                        Set.of(),
                        Instant.MAX,
                        "none",
                        new Principal.Profile("", "anonymous", null, null, null),
                        null,
                        List.of(),
                        null,
                        false);
        var key = new Key(principal, tenant);
        var known = issued.getIfPresent(key);
        if (known != null && clock.instant().isBefore(known.renewAt())) {
            return Optional.of(known);
        }
        var fresh = sign(new Caller(tenant, "anonymous", List.of()), Instant.MAX, 0);
        issued.put(key, fresh);
        return Optional.of(fresh);
    }

    private Issued sign(Caller caller, Instant callerExpiresAt, long version) {
        var now = clock.instant();
        var renewAt = now.plus(lifetime.dividedBy(2));
        var token = signer.forCaller(caller, lifetime);
        return new Issued(
                caller,
                token,
                renewAt.isBefore(callerExpiresAt) ? renewAt : callerExpiresAt,
                version);
    }
}
