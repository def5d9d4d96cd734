// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// What a browser's cookie holds: 256 random bits. All else comes from it, each for one purpose
/// (RFC 5869's idea, with one block): the id under which the session is stored, the key that opens
/// what is stored, and the token against forged requests. Who reads the database has none of them.
final class SessionKey {
    private static final int BYTES = 32;
    private static final int CHARACTERS = 43;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] key;

    private SessionKey(byte[] key) {
        this.key = key;
    }

    static SessionKey random() {
        var key = new byte[BYTES];
        RANDOM.nextBytes(key);
        return new SessionKey(key);
    }

    /// @return empty if that isn't one
    static Optional<SessionKey> parse(String text) {
        if (text.length() != CHARACTERS) {
            return Optional.empty();
        }
        try {
            var key = Base64.getUrlDecoder().decode(text);
            return key.length == BYTES ? Optional.of(new SessionKey(key)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// For the cookie.
    String text() {
        return base64(key);
    }

    String id() {
        return HexFormat.of().formatHex(derived("session id"));
    }

    SecretKey tokensKey() {
        return new SecretKeySpec(derived("session tokens"), "AES");
    }

    String csrfToken() {
        return base64(derived("csrf token"));
    }

    boolean isCsrfToken(String given) {
        return MessageDigest.isEqual(
                csrfToken().getBytes(StandardCharsets.US_ASCII),
                given.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] derived(String purpose) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(("millrace " + purpose).getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Expected HmacSHA256 in every JDK", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
