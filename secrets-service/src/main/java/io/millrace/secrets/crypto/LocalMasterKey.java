// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import io.millrace.platform.crypto.AesGcm;
import io.millrace.platform.crypto.MasterKeys;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Master keys that this service has itself. The first wraps; it is replaced, while the service
/// runs, by putting a new one before it.
final class LocalMasterKey implements MasterKey {
    private static final Logger log = LoggerFactory.getLogger(LocalMasterKey.class);

    private final Supplier<MasterKeys> source;
    private final AesGcm aes;
    private volatile MasterKeys keys;

    /// @param source where the keys are, as they are there now
    LocalMasterKey(Supplier<MasterKeys> source, SecureRandom random) {
        this.source = source;
        this.aes = new AesGcm(random);
        this.keys = source.get();
    }

    @Override
    public String current() {
        return keys.current();
    }

    @Override
    public boolean knows(String id) {
        return keys.knows(id);
    }

    @Override
    public byte[] wrap(String id, byte[] key, byte[] boundTo) {
        return aes.seal(keys.get(id), key, boundTo);
    }

    @Override
    public byte[] unwrap(String id, byte[] wrapped, byte[] boundTo) {
        return aes.open(keys.get(id), wrapped, boundTo);
    }

    @Override
    public void refresh() {
        try {
            keys = source.get();
        } catch (RuntimeException e) {
            // half written, perhaps; those that are known go on
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("The master key can't be read again");
        }
    }
}
