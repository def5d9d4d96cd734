// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import io.millrace.gateway.signin.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an issuer gave for a browser. It is stored sealed. The access and the refresh token leave
/// the gateway towards the issuer alone; the ID token goes back there by way of the browser when it
/// signs out.
///
/// @param refreshToken absent if the issuer gives none: then the session ends with the access token
/// @param principal who has signed in, where the ID token says it; else the access token does
record Tokens(
        String accessToken,
        Instant expiresAt,
        @Nullable String refreshToken,
        @Nullable String idToken,
        @Nullable Principal principal) {

    @Override
    public String toString() {
        return "Tokens[expiresAt=" + expiresAt + "]";
    }
}
