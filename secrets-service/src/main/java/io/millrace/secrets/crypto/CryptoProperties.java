// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import io.millrace.platform.crypto.MasterKeys;
import io.millrace.secrets.vault.VaultAuth;
import io.millrace.secrets.vault.VaultClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where the master key is; see [MasterKeys#parse(String)] for its form here.
///
/// @param masterKeyFile a file that only the service can read; it is read again and again
/// @param masterKey the key itself, for an environment variable; the file wins
/// @param transit the transit engine of Vault or OpenBao: it wraps then, and a key in a file or
///   here only unwraps what it wrapped before
@ConfigurationProperties("millrace.secrets")
public record CryptoProperties(
        @Nullable Path masterKeyFile, @Nullable String masterKey, @Nullable Transit transit) {

    /// @param mount where the engine is mounted
    /// @param key its name there: of a type that authenticates what it encrypts, such as
    ///   `aes256-gcm96`
    /// @param vaultNamespace a namespace of Vault's own, or absent
    /// @param timeout of each request
    public record Transit(
            URI address,
            @DefaultValue("transit") String mount,
            @DefaultValue("millrace") String key,
            @Nullable String vaultNamespace,
            @DefaultValue("2s") Duration timeout,
            VaultAuth auth) {}

    MasterKey masterKeys(Clock clock) {
        var places = new ArrayList<MasterKey>();
        if (transit != null) {
            var vault =
                    new VaultClient(
                            transit.address(),
                            transit.vaultNamespace(),
                            transit.timeout(),
                            transit.auth(),
                            clock);
            places.add(new TransitMasterKey(vault, transit.mount(), transit.key()));
        }
        if (masterKeyFile != null || masterKey != null) {
            places.add(new LocalMasterKey(this::load, new SecureRandom()));
        }
        if (places.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected millrace.secrets.master-key-file, .master-key or .transit: "
                            + "32 random bytes in Base64, such as of `openssl rand -base64 32`");
        }
        return new MasterKeyRing(places);
    }

    private MasterKeys load() {
        try {
            return MasterKeys.parse(
                    masterKeyFile == null
                            ? String.valueOf(masterKey)
                            : Files.readString(masterKeyFile));
        } catch (IOException e) {
            throw new UncheckedIOException("Can't read millrace.secrets.master-key-file", e);
        }
    }

    @Override
    public String toString() {
        return "CryptoProperties[masterKeyFile=" + masterKeyFile + "]";
    }
}
