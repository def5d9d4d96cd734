// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.signin;

import io.millrace.platform.identity.InvalidTokenException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Checks ID tokens (OpenID Connect Core 1.0, 3.1.3.7). They say to the client that asked for them
/// who has signed in; they open nothing.
@Component
public class IdTokens {
    private final Issuers issuers;

    IdTokens(Issuers issuers) {
        this.issuers = issuers;
    }

    /// @param issuer whose it must be
    /// @param clientId for whom it must be
    /// @param nonce that it must hold; absent for one that came with a refreshed access token
    /// @throws InvalidTokenException if it isn't that
    public Principal verify(String token, String issuer, String clientId, @Nullable String nonce)
            throws InvalidTokenException {
        var claimed = issuers.read(token);
        return claimed.issuer().checkId(claimed.jwt(), issuer, clientId, nonce);
    }
}
