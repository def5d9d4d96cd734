// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.accounts;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// API tokens as lists show them.
final class TokenViews {
    private TokenViews() {}

    record One(
            String id,
            String name,
            @Nullable String description,
            String prefix,
            Instant iat,
            Instant exp,
            @Nullable Instant lastUsed,
            boolean extended,
            boolean expired,
            @Nullable Set<String> permissions,
            @Nullable String namespace) {}

    record All(int total, List<One> results) {}

    /// @param fullToken shown this once
    record Fresh(String id, String name, String fullToken, Instant exp) {}

    static All of(List<ApiToken> tokens, Instant now) {
        return new All(tokens.size(), tokens.stream().map(token -> of(token, now)).toList());
    }

    static Fresh of(AccountService.Made made) {
        var token = made.token();
        return new Fresh(token.id(), token.name(), made.clear(), token.expiresAt());
    }

    private static One of(ApiToken token, Instant now) {
        var permissions = token.permissions();
        return new One(
                token.id(),
                token.name(),
                token.description(),
                ApiToken.PREFIX + token.id(),
                token.createdAt(),
                token.expiresAt(),
                token.lastUsedAt(),
                token.extended(),
                !now.isBefore(token.expiresAt()),
                permissions == null
                        ? null
                        : permissions.stream()
                                .map(Enum::name)
                                .collect(Collectors.toCollection(TreeSet::new)),
                token.namespace().isEmpty() ? null : token.namespace());
    }
}
