// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Filters and functions that write or read a format, digest or encrypt.
final class EncodingBuiltins {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom NONCES = new SecureRandom();

    private EncodingBuiltins() {}

    static List<Builtin> filters() {
        var all = new ArrayList<Builtin>();
        var json = Builtin.of("toJson", (input, _, e) -> json(input, e));
        all.add(json);
        all.add(json.named("json"));
        all.add(json.named("jsonEncode"));
        all.add(Builtin.of("toIon", (input, _, e) -> Ion.write(input, e)));
        all.add(Builtin.of("yaml", (input, _, e) -> input == null ? "null" : Yaml.write(input, e)));
        all.add(
                Builtin.of(
                                "jq",
                                (input, a, e) ->
                                        input == null
                                                ? null
                                                : Jq.run(a.text("expression"), input, e),
                                "expression")
                        .onLane(Builtin.Lane.UNSAFE));
        all.add(text("urlencode", s -> URLEncoder.encode(s, StandardCharsets.UTF_8)));
        all.add(text("urldecode", s -> URLDecoder.decode(s, StandardCharsets.UTF_8)));
        all.add(text("base64encode", s -> Base64.getEncoder().encodeToString(bytes(s))));
        all.add(
                text(
                        "base64decode",
                        s -> new String(decoded("base64decode", s), StandardCharsets.UTF_8)));
        all.add(text("hex", s -> HexFormat.of().formatHex(bytes(s))));
        all.add(digesting("md5", "MD5"));
        all.add(digesting("sha1", "SHA-1"));
        all.add(digesting("sha256", "SHA-256"));
        all.add(digesting("sha512", "SHA-512"));
        return all;
    }

    static List<Builtin> functions() {
        var fromJson =
                Builtin.of(
                        "fromJson",
                        (_, a, e) -> {
                            var text = given(a, "json", e);
                            return text == null ? null : Json.parse(text);
                        },
                        "json");
        var fromIon = Builtin.of("fromIon", EncodingBuiltins::fromIon, "ion", "allRows");
        return List.of(
                fromJson,
                fromJson.named("json"),
                fromJson.named("jsonDecode"),
                fromIon,
                fromIon.named("ionDecode"),
                Builtin.of(
                        "yaml",
                        (_, a, e) -> {
                            var text = given(a, "yaml", e);
                            return text == null ? null : Yaml.parse(text, e.meter());
                        },
                        "yaml"),
                Builtin.of(
                                "encrypt",
                                (_, a, _) -> encrypt(a.text("key"), a.text("plaintext")),
                                "key",
                                "plaintext")
                        .onLane(Builtin.Lane.UNSAFE),
                Builtin.of(
                                "decrypt",
                                (_, a, _) -> decrypt(a.text("key"), a.text("encrypted")),
                                "key",
                                "encrypted")
                        .onLane(Builtin.Lane.UNSAFE));
    }

    @FunctionalInterface
    private interface TextFilter {
        String apply(String text);
    }

    private static Builtin text(String name, TextFilter filter) {
        return Builtin.of(
                name, (input, _, e) -> input == null ? null : filter.apply(Values.text(input, e)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String json(@Nullable Object input, Evaluation e) {
        var output = e.output();
        Json.print(input, output);
        return output.toString();
    }

    /// The text to decode; null if null was given.
    ///
    /// @throws ExpressionException if nothing was given
    private static @Nullable String given(Arguments arguments, String parameter, Evaluation e) {
        if (!arguments.has(parameter)) {
            throw new ExpressionException(
                    "'%s' expects a '%s' argument".formatted(arguments.call(), parameter));
        }
        var value = arguments.get(parameter);
        return value == null ? null : Values.text(value, e);
    }

    private static @Nullable Object fromIon(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        var text = given(arguments, "ion", e);
        if (text == null) {
            return null;
        }
        var rows = Ion.parse(text, e.meter());
        if (arguments.flag("allRows", false)) {
            return rows;
        }
        return rows.isEmpty() ? null : rows.getFirst();
    }

    private static byte[] decoded(String call, String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new ExpressionException(
                    "'%s' expects Base64: %s".formatted(call, e.getMessage()), e);
        }
    }

    /// Of texts alone: what another value looks like as text isn't what someone else digests.
    private static Builtin digesting(String name, String algorithm) {
        return Builtin.of(
                name,
                (input, _, _) ->
                        switch (input) {
                            case null -> null;
                            case String text -> digest(algorithm, text);
                            default ->
                                    throw new ExpressionException(
                                            "Need a string to hash with '%s', but it is a %s"
                                                    .formatted(name, Values.typeOf(input)));
                        });
    }

    private static String digest(String algorithm, String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(bytes(text)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm, e);
        }
    }

    /// AES-GCM; the nonce comes before the cipher text, all in Base64.
    private static String encrypt(String key, String plaintext) {
        var nonce = new byte[NONCE_BYTES];
        NONCES.nextBytes(nonce);
        try {
            var encrypted = cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(bytes(plaintext));
            return Base64.getEncoder()
                    .encodeToString(
                            ByteBuffer.allocate(nonce.length + encrypted.length)
                                    .put(nonce)
                                    .put(encrypted)
                                    .array());
        } catch (GeneralSecurityException e) {
            throw new ExpressionException("The text can't be encrypted: " + e.getMessage(), e);
        }
    }

    private static String decrypt(String key, String encrypted) {
        try {
            var all = decoded("decrypt", encrypted);
            if (all.length <= NONCE_BYTES) {
                throw new ExpressionException("The text can't be decrypted: it is too short");
            }
            var nonce = Arrays.copyOf(all, NONCE_BYTES);
            var plain =
                    cipher(Cipher.DECRYPT_MODE, key, nonce)
                            .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
            return new String(plain, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new ExpressionException("The text can't be decrypted: " + e.getMessage(), e);
        }
    }

    private static Cipher cipher(int mode, String key, byte[] nonce)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                new SecretKeySpec(decoded("encrypt", key), "AES"),
                new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }
}
