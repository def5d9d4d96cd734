// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.signin;

import io.millrace.platform.access.Grant;
import jakarta.servlet.ServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whom a token is of.
///
/// @param subject stable name, as in bindings and in the audit log
/// @param groups as his issuer says
/// @param tokenId names the token without being it
/// @param account the service account's, or absent for a person
/// @param mapped what his groups give him by the issuer's configuration
/// @param bounds what the token may at most, if it is bounded
/// @param lasting whether he came with an API token, of which his issuer knows nothing
public record Principal(
        String subject,
        Set<String> groups,
        Instant expiresAt,
        String tokenId,
        Profile profile,
        @Nullable Account account,
        List<Mapped> mapped,
        @Nullable Grant bounds,
        boolean lasting) {
    /// Begins subjects of users who haven't come yet, and of nobody else.
    public static final String AWAITED = "awaited:";

    public Principal {
        groups = Set.copyOf(groups);
        mapped = List.copyOf(mapped);
    }

    /// Whether a request is of somebody whom his issuer, or a browser's session, has let in: not of
    /// an API token, be it one that was taken back meanwhile.
    public static boolean hasSignedIn(ServletRequest request) {
        return request.getAttribute(Principal.class.getName()) instanceof Principal principal
                && !principal.lasting();
    }

    /// What people call him.
    ///
    /// @param issuer who knows him
    /// @param verifiedEmail the address in lower case, if it is certain to be his
    public record Profile(
            String issuer,
            String username,
            @Nullable String displayName,
            @Nullable String email,
            @Nullable String verifiedEmail) {}

    /// @param tenant the only one that it may enter, or absent
    public record Account(String id, @Nullable String tenant, boolean operator) {}

    /// A grant in a tenant.
    public record Mapped(String tenant, Grant grant) {}
}
