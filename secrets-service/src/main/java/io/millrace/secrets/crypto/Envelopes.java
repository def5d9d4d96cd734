// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import io.millrace.platform.crypto.AesGcm;
import io.millrace.platform.crypto.MasterKeys;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// Seals values and data keys, each bound to the place that it is stored at: moved to another row,
/// it doesn't open.
public final class Envelopes {
    private static final int KEY_BYTES = 32;

    private final MasterKeys masterKeys;
    private final SecureRandom random;
    private final AesGcm aes;

    public Envelopes(MasterKeys masterKeys, SecureRandom random) {
        this.masterKeys = masterKeys;
        this.random = random;
        this.aes = new AesGcm(random);
    }

    /// A data key as it is stored.
    public record WrappedKey(UUID id, String tenant, String masterKeyId, byte[] wrapped) {}

    /// A data key that can be used.
    public record DataKey(UUID id, SecretKey key) {}

    /// Where a value belongs.
    public record Place(String tenant, String namespace, String name, int version) {
        private byte[] bytes() {
            // none of the parts can hold a NUL
            return String.join("\0", "value", tenant, namespace, name, Integer.toString(version))
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    public WrappedKey newDataKey(String tenant) {
        var key = new byte[KEY_BYTES];
        random.nextBytes(key);
        var id = UUID.randomUUID();
        var master = masterKeys.current();
        var wrapped = aes.seal(masterKeys.get(master), key, boundTo(id, tenant, master));
        return new WrappedKey(id, tenant, master, wrapped);
    }

    /// @throws io.millrace.platform.crypto.TamperedException if it was changed or moved to another
    ///   tenant
    public DataKey unwrap(WrappedKey key) {
        var plain =
                aes.open(
                        masterKeys.get(key.masterKeyId()),
                        key.wrapped(),
                        boundTo(key.id(), key.tenant(), key.masterKeyId()));
        return new DataKey(key.id(), new SecretKeySpec(plain, "AES"));
    }

    public byte[] seal(DataKey key, String value, Place place) {
        return aes.seal(key.key(), value.getBytes(StandardCharsets.UTF_8), place.bytes());
    }

    /// @throws io.millrace.platform.crypto.TamperedException if it was changed, or sealed for
    ///   another place
    public String open(DataKey key, byte[] sealed, Place place) {
        return new String(aes.open(key.key(), sealed, place.bytes()), StandardCharsets.UTF_8);
    }

    private static byte[] boundTo(UUID id, String tenant, String masterKeyId) {
        return String.join("\0", "data-key", id.toString(), tenant, masterKeyId)
                .getBytes(StandardCharsets.UTF_8);
    }
}
