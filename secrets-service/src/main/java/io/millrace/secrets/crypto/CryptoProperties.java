// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import io.millrace.platform.crypto.MasterKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// Where the master key is; see [MasterKeys#parse(String)] for its form.
///
/// @param masterKeyFile a file that only the service can read
/// @param masterKey the key itself, for an environment variable; the file wins
@ConfigurationProperties("millrace.secrets")
public record CryptoProperties(@Nullable Path masterKeyFile, @Nullable String masterKey) {

    MasterKeys load() {
        if (masterKeyFile != null) {
            try {
                return MasterKeys.parse(Files.readString(masterKeyFile));
            } catch (IOException e) {
                throw new UncheckedIOException("Can't read millrace.secrets.master-key-file", e);
            }
        }
        if (masterKey != null) {
            return MasterKeys.parse(masterKey);
        }
        throw new IllegalArgumentException(
                "Expected millrace.secrets.master-key-file or millrace.secrets.master-key: "
                        + "32 random bytes in Base64, such as of `openssl rand -base64 32`");
    }

    @Override
    public String toString() {
        return "CryptoProperties[masterKeyFile=" + masterKeyFile + "]";
    }
}
