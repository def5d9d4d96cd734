// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.TaskFailedException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A service account with its key, which signs what a token is given for (RFC 7523).
///
/// @param tokens where tokens are given
record ServiceAccount(
        String email,
        @Nullable String project,
        @Nullable String keyId,
        PrivateKey key,
        URI tokens) {
    private static final Duration LASTS = Duration.ofHours(1);

    /// @param json the key file
    /// @throws TaskFailedException if it is none
    static ServiceAccount of(String json) throws TaskFailedException {
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
                    key(pem),
                    URI.create(tokens));
        } catch (IllegalArgumentException | GeneralSecurityException _) {
            throw new TaskFailedException(
                    "Expected a private key in PEM and a URL in the service account's key file");
        }
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        var text = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
    }

    /// What a token is asked for with.
    String assertion(List<String> scopes, Instant now) {
        var header = new LinkedHashMap<String, Object>();
        header.put("alg", "RS256");
        header.put("typ", "JWT");
        if (keyId != null) {
            header.put("kid", keyId);
        }
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", email);
        claims.put("scope", String.join(" ", scopes));
        claims.put("aud", tokens.toString());
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(LASTS).getEpochSecond());
        var text = part(header) + "." + part(claims);
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(text.getBytes(UTF_8));
            return text + "." + encoded(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(Map<String, Object> map) {
        return encoded(JsonMapper.shared().writeValueAsBytes(map));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
