// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The keys that wrap data keys. The first wraps new ones; the others still unwrap, so that a
/// master key is replaced by putting a new one before it.
public final class MasterKeys {
    private static final int KEY_BYTES = 32;

    private final Map<String, SecretKey> keys;
    private final String current;

    private MasterKeys(SequencedMap<String, SecretKey> keys) {
        this.keys = Collections.unmodifiableMap(keys);
        this.current = keys.firstEntry().getKey();
    }

    /// @param text one key a line, 32 bytes in Base64; empty lines and lines that begin with `#`
    ///   mean nothing
    /// @throws IllegalArgumentException if there is none, or one isn't 32 bytes in Base64; the
    ///   message doesn't hold it
    public static MasterKeys parse(String text) {
        var keys = new LinkedHashMap<String, SecretKey>();
        text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(line -> {
                    var key = decode(line);
                    keys.put(idOf(key), new SecretKeySpec(key, "AES"));
                });
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("Expected a master key but found none");
        }
        return new MasterKeys(keys);
    }

    private static byte[] decode(String line) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(line);
        } catch (IllegalArgumentException _) {
            throw new IllegalArgumentException("Expected a master key in Base64");
        }
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "Expected a master key of 32 bytes but got " + key.length);
        }
        return key;
    }

    private static String idOf(byte[] key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update("millrace master key".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(key), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Id of the key that wraps new data keys.
    public String current() {
        return current;
    }

    public boolean knows(String id) {
        return keys.containsKey(id);
    }

    /// @throws IllegalStateException if that key isn't configured any more
    public SecretKey get(String id) {
        var key = keys.get(id);
        if (key == null) {
            throw new IllegalStateException("Master key " + id + " is not configured");
        }
        return key;
    }
}
