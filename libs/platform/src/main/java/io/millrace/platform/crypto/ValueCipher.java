// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.crypto;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// Encrypts single values that travel in messages and rows, such as secret inputs: each under a
/// data key of its own, which lies beside it, wrapped by the master key. A value opens for the
/// tenant alone for which it was sealed.
///
/// Its text form is `keyId.wrappedKey.sealedValue`, the latter two in Base64.
public final class ValueCipher {
    private static final int KEY_BYTES = 32;

    private final MasterKeys masterKeys;
    private final SecureRandom random;
    private final AesGcm aes;

    public ValueCipher(MasterKeys masterKeys, SecureRandom random) {
        this.masterKeys = masterKeys;
        this.random = random;
        this.aes = new AesGcm(random);
    }

    public String seal(String tenant, String value) {
        var key = new byte[KEY_BYTES];
        random.nextBytes(key);
        var master = masterKeys.current();
        var wrapped = aes.seal(masterKeys.get(master), key, boundTo("value-key", tenant));
        var sealed =
                aes.seal(
                        keyOf(key),
                        value.getBytes(StandardCharsets.UTF_8),
                        boundTo("value", tenant));
        var base64 = Base64.getUrlEncoder().withoutPadding();
        return master + "." + base64.encodeToString(wrapped) + "." + base64.encodeToString(sealed);
    }

    /// @throws TamperedException if it was changed, sealed for another tenant, or is no sealed
    ///   value at all
    public String open(String tenant, String sealed) {
        var parts = sealed.split("\\.", -1);
        if (parts.length != 3 || !masterKeys.knows(parts[0])) {
            throw new TamperedException();
        }
        try {
            var base64 = Base64.getUrlDecoder();
            var key =
                    aes.open(
                            masterKeys.get(parts[0]),
                            base64.decode(parts[1]),
                            boundTo("value-key", tenant));
            return new String(
                    aes.open(keyOf(key), base64.decode(parts[2]), boundTo("value", tenant)),
                    StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new TamperedException();
        }
    }

    private static SecretKey keyOf(byte[] key) {
        return new SecretKeySpec(key, "AES");
    }

    private static byte[] boundTo(String what, String tenant) {
        return (what + "\0" + tenant).getBytes(StandardCharsets.UTF_8);
    }
}
