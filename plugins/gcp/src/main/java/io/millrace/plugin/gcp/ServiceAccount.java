// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import static io.millrace.plugin.kit.SignedClaims.Algorithm.RS256;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FileHttp;
import io.millrace.plugin.kit.OAuthToken;
import io.millrace.plugin.kit.Pem;
import io.millrace.plugin.kit.SignedClaims;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A service account with its key, which signs what a token is given for (RFC 7523).
///
/// @param scopes what a token is for
record ServiceAccount(
        String email,
        @Nullable String project,
        @Nullable String keyId,
        PrivateKey key,
        List<String> scopes,
        URI tokens)
        implements OAuthToken.Grant {
    private static final Duration LASTS = Duration.ofHours(1);

    /// @param json the key file
    /// @throws TaskFailedException if it is none
    static ServiceAccount of(String json, List<String> scopes) throws TaskFailedException {
        Map<?, ?> file;
        try {
            file = JsonMapper.shared().readValue(json, Map.class);
        } catch (JacksonException _) {
            // its message has a piece of the text, which is a secret
            throw new TaskFailedException("Expected the key file of a service account as JSON");
        }
        if (!(file.get("client_email") instanceof String email)
                || !(file.get("private_key") instanceof String pem)) {
            throw new TaskFailedException(
                    "Expected `client_email` and `private_key` in the service account's key file");
        }
        var tokens =
                file.get("token_uri") instanceof String uri
                        ? uri
                        : "https://oauth2.googleapis.com/token";
        try {
            return new ServiceAccount(
                    email,
                    file.get("project_id") instanceof String project ? project : null,
                    file.get("private_key_id") instanceof String id ? id : null,
                    Pem.key(pem),
                    scopes,
                    URI.create(tokens));
        } catch (IllegalArgumentException | GeneralSecurityException | TaskFailedException _) {
            throw new TaskFailedException(
                    "Expected a private key in PEM and a URL in the service account's key file");
        }
    }

    @Override
    public String ask(FileHttp http) throws TaskFailedException, IOException, InterruptedException {
        return OAuthToken.Grant.post(
                http,
                tokens,
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:jwt-bearer",
                        "assertion",
                        assertion()));
    }

    private String assertion() throws TaskFailedException {
        var now = Instant.now();
        try {
            return SignedClaims.of(
                    RS256,
                    key,
                    keyId == null ? Map.of() : Map.of("kid", keyId),
                    Map.of(
                            "iss", email,
                            "scope", String.join(" ", scopes),
                            "aud", tokens.toString(),
                            "iat", now.getEpochSecond(),
                            "exp", now.plus(LASTS).getEpochSecond()));
        } catch (GeneralSecurityException _) {
            throw new TaskFailedException("Expected an RSA key in the service account's key file");
        }
    }
}
