// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.problem.ServiceException;
import io.millrace.secrets.vault.VaultAuth;
import io.millrace.test.VaultServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OldVaultTest {
    static Stream<String> programs() {
        return VaultServer.programs(true);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aVaultThatWouldOpenADataKeyForAnyTenantWrapsNone(String program, @TempDir Path directory)
            throws IOException {
        try (var vault = VaultServer.start(program, directory)) {
            vault.admin("POST", "sys/mounts/transit", Map.of("type", "transit"));
            vault.admin("POST", "transit/keys/millrace", Map.of());
            var auth =
                    new VaultAuth(
                            VaultAuth.Method.TOKEN,
                            null,
                            Files.writeString(directory.resolve("token"), vault.token()),
                            null,
                            null,
                            null,
                            Path.of("-"));
            var transit =
                    new CryptoProperties.Transit(
                            vault.address(),
                            "transit",
                            "millrace",
                            null,
                            Duration.ofSeconds(30),
                            auth);
            var envelopes =
                    new Envelopes(
                            new CryptoProperties(null, null, transit).masterKeys(Clock.systemUTC()),
                            new SecureRandom());

            assertThatThrownBy(() -> envelopes.newDataKey("main"))
                    .isInstanceOf(ServiceException.Unavailable.class)
                    .hasMessageStartingWith("Expected Vault 1.13 or newer");
        }
    }
}
