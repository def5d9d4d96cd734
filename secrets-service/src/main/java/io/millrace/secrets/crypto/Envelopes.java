// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import io.millrace.platform.crypto.AesGcm;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// Seals values and data keys, each bound to the place that it is stored at: moved to another row,
/// it doesn't open.
public final class Envelopes {
    private static final int KEY_BYTES = 32;

    private final MasterKey masterKey;
    private final SecureRandom random;
    private final AesGcm aes;

    public Envelopes(MasterKey masterKey, SecureRandom random) {
        this.masterKey = masterKey;
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
        return wrap(id, tenant, key);
    }

    private WrappedKey wrap(UUID id, String tenant, byte[] key) {
        var master = masterKey.current();
        var wrapped = masterKey.wrap(master, key, boundTo(id, tenant, master));
        return new WrappedKey(id, tenant, master, wrapped);
    }

    /// @throws io.millrace.platform.crypto.TamperedException if it was changed or moved to another
    ///   tenant
    public DataKey unwrap(WrappedKey key) {
        return new DataKey(key.id(), new SecretKeySpec(plain(key), "AES"));
    }

    private byte[] plain(WrappedKey key) {
        return masterKey.unwrap(
                key.masterKeyId(),
                key.wrapped(),
                boundTo(key.id(), key.tenant(), key.masterKeyId()));
    }

    /// The same key under the master key that is the current one now.
    public WrappedKey wrapAnew(WrappedKey key) {
        return wrap(key.id(), key.tenant(), plain(key));
    }

    /// The master key that wraps now, when its place has been looked at again.
    public String refreshed() {
        masterKey.refresh();
        return masterKey.current();
    }

    /// Whether wrapping and unwrapping asks over the network.
    public boolean asksElsewhere() {
        return masterKey.isRemote();
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
