// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A sign-in that has begun: the browser keeps it in a cookie until it comes back, so that nobody
/// fills a table by beginning many. What it holds binds the answer of the issuer to this browser.
///
/// @param signIn name of the issuer's sign-in
/// @param state comes back with the code (RFC 6749, 10.12)
/// @param nonce comes back in the ID token
/// @param verifier of PKCE (RFC 7636)
/// @param returnTo where the browser wants to go then
record SignInAttempt(String signIn, String state, String nonce, String verifier, String returnTo) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonMapper JSON = JsonMapper.shared();

    static SignInAttempt at(String signIn, String returnTo) {
        return new SignInAttempt(signIn, random(), random(), random(), returnTo);
    }

    private static String random() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// S256 of the verifier.
    String challenge() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(digest.digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK", e);
        }
    }

    boolean isState(String given) {
        return MessageDigest.isEqual(
                state.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /// For the cookie.
    String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(JSON.writeValueAsBytes(this));
    }

    /// @return empty if that isn't one
    static Optional<SignInAttempt> parse(String text) {
        try {
            var given = JSON.readTree(Base64.getUrlDecoder().decode(text));
            var attempt =
                    new SignInAttempt(
                            text(given, "signIn"),
                            text(given, "state"),
                            text(given, "nonce"),
                            text(given, "verifier"),
                            text(given, "returnTo"));
            return ReturnTo.isGood(attempt.returnTo()) ? Optional.of(attempt) : Optional.empty();
        } catch (IllegalArgumentException | JacksonException _) {
            return Optional.empty();
        }
    }

    private static String text(JsonNode given, String name) {
        var value = given.path(name);
        if (!value.isString()) {
            throw new IllegalArgumentException("Expected a text in " + name);
        }
        return value.asString();
    }

    @Override
    public String toString() {
        return "SignInAttempt[signIn=" + signIn + "]";
    }
}
