// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.crypto.TamperedException;
import io.millrace.platform.problem.ServiceException;
import io.millrace.secrets.crypto.Envelopes.WrappedKey;
import io.millrace.secrets.vault.VaultAuth;
import io.millrace.test.VaultServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Data keys that Vault's transit engine wraps: with what stands in for it, and with Vault and
/// OpenBao where they are installed.
@ParameterizedClass
@MethodSource("programs")
class TransitMasterKeyTest {
    private static final String LOCAL = Base64.getEncoder().encodeToString(new byte[32]);
    private static final Envelopes.Place PLACE = new Envelopes.Place("main", "company", "KEY", 1);

    private final VaultServer vault;
    private final VaultServer.AppRole role;
    private final Path secretId;
    private final Envelopes envelopes;

    static Stream<String> programs() {
        return VaultServer.programs(false);
    }

    /// What the documentation says that the service has to be allowed.
    private static final String POLICY =
            """
            path "transit/keys/millrace" { capabilities = ["read"] }
            path "transit/encrypt/millrace" { capabilities = ["update"] }
            path "transit/decrypt/millrace" { capabilities = ["update"] }
            """;

    TransitMasterKeyTest(String program, @TempDir Path directory) throws IOException {
        vault = VaultServer.start(program, directory);
        vault.admin("POST", "sys/mounts/transit", Map.of("type", "transit"));
        vault.admin("POST", "transit/keys/millrace", Map.of());
        role = vault.appRole("millrace", POLICY, Map.of());
        secretId = Files.writeString(directory.resolve("secret-id"), role.secretId());
        envelopes = envelopes(null);
    }

    @AfterEach
    void close() {
        vault.close();
    }

    private Envelopes envelopes(@Nullable String localKey) {
        var auth =
                new VaultAuth(
                        VaultAuth.Method.APPROLE,
                        null,
                        null,
                        role.roleId(),
                        secretId,
                        null,
                        Path.of("-"));
        var transit =
                new CryptoProperties.Transit(
                        vault.address(), "transit", "millrace", null, Duration.ofSeconds(30), auth);
        return new Envelopes(
                new CryptoProperties(null, localKey, transit).masterKeys(Clock.systemUTC()),
                new SecureRandom());
    }

    @Test
    void aDataKeyIsWrappedAndUnwrappedThereAndNowhereElse() {
        var key = envelopes.newDataKey("main");
        var sealed = envelopes.seal(envelopes.unwrap(key), "secret", PLACE);

        assertThat(key.masterKeyId()).isEqualTo("transit/transit/millrace:1");
        assertThat(new String(key.wrapped(), StandardCharsets.UTF_8)).startsWith("vault:v1:");
        assertThat(envelopes.open(envelopes.unwrap(key), sealed, PLACE)).isEqualTo("secret");
        assertThat(vault.requests())
                .contains("POST transit/encrypt/millrace", "POST transit/decrypt/millrace");
    }

    @Test
    void aDataKeyIsOfOneTenant() {
        var key = envelopes.newDataKey("main");
        var moved = new WrappedKey(key.id(), "other", key.masterKeyId(), key.wrapped());

        assertThatThrownBy(() -> envelopes.unwrap(moved)).isInstanceOf(TamperedException.class);
    }

    @Test
    void aRotatedKeyWrapsWhatIsNewAndWhatWasWrappedBefore() {
        var key = envelopes.newDataKey("main");
        var sealed = envelopes.seal(envelopes.unwrap(key), "secret", PLACE);

        vault.admin("POST", "transit/keys/millrace/rotate", Map.of());
        var current = envelopes.refreshed();
        var anew = envelopes.wrapAnew(key);

        assertThat(current).isEqualTo("transit/transit/millrace:2");
        assertThat(anew.masterKeyId()).isEqualTo(current);
        assertThat(new String(anew.wrapped(), StandardCharsets.UTF_8)).startsWith("vault:v2:");
        assertThat(envelopes.open(envelopes.unwrap(anew), sealed, PLACE)).isEqualTo("secret");
        assertThat(envelopes.open(envelopes.unwrap(key), sealed, PLACE)).isEqualTo("secret");
    }

    @Test
    void aVersionThatIsKeptFromOpeningIsToldFromTampering() {
        var key = envelopes.newDataKey("main");
        vault.admin("POST", "transit/keys/millrace/rotate", Map.of());
        vault.admin("POST", "transit/keys/millrace/config", Map.of("min_decryption_version", 2));

        assertThatThrownBy(() -> envelopes.unwrap(key))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Master key transit/transit/millrace:1 opens nothing any more: min_decryption_version is above it");

        vault.admin("POST", "transit/keys/millrace/config", Map.of("min_decryption_version", 1));
        assertThat(envelopes.unwrap(key).id()).isEqualTo(key.id());
    }

    @Test
    void keysMoveThereFromAFile() {
        var local =
                new Envelopes(
                        new CryptoProperties(null, LOCAL, null).masterKeys(Clock.systemUTC()),
                        new SecureRandom());
        var key = local.newDataKey("main");
        var sealed = local.seal(local.unwrap(key), "secret", PLACE);

        var anew = envelopes(LOCAL).wrapAnew(key);

        assertThat(anew.masterKeyId()).startsWith("transit/");
        assertThat(envelopes.open(envelopes.unwrap(anew), sealed, PLACE)).isEqualTo("secret");
    }

    @Test
    void whileItIsAwayNothingIsWrappedInAnotherWay() {
        var key = envelopes.newDataKey("main");
        vault.broken(503);

        assertThatThrownBy(() -> envelopes.newDataKey("main"))
                .isInstanceOf(ServiceException.Unavailable.class);
        assertThatThrownBy(() -> envelopes.unwrap(key))
                .isInstanceOf(ServiceException.Unavailable.class);
    }
}
