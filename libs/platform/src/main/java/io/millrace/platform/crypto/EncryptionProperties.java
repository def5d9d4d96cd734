// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// The keys under which secret inputs are encrypted, the same for all execution- and
/// worker-services; see [MasterKeys#parse(String)] for their form.
///
/// @param keyFile file with the keys
/// @param secretKey the keys themselves, where there is no file
@ConfigurationProperties("millrace.encryption")
public record EncryptionProperties(@Nullable Path keyFile, @Nullable String secretKey) {

    /// @throws IllegalArgumentException if there is no key
    public ValueCipher cipher() {
        return new ValueCipher(keys(), new SecureRandom());
    }

    private MasterKeys keys() {
        if (keyFile != null) {
            try {
                return MasterKeys.parse(Files.readString(keyFile));
            } catch (IOException e) {
                throw new UncheckedIOException("Can't read millrace.encryption.key-file", e);
            }
        }
        if (secretKey != null) {
            return MasterKeys.parse(secretKey);
        }
        throw new IllegalArgumentException(
                "Expected millrace.encryption.key-file or millrace.encryption.secret-key: "
                        + "32 random bytes in Base64, such as of `openssl rand -base64 32`");
    }

    @Override
    public String toString() {
        return "EncryptionProperties[keyFile=" + keyFile + "]";
    }
}
