// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.problem.ServiceException;
import io.millrace.secrets.backend.BackendProperties.Environment;
import io.millrace.secrets.backend.BackendProperties.Vault;
import io.millrace.secrets.vault.VaultAuth;
import io.millrace.test.VaultServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// With what stands in for Vault, and with Vault and OpenBao where they are installed.
@ParameterizedClass
@MethodSource("programs")
@SuppressWarnings("NullAway.Init") // set before each test
class BackendsTest {
    @TempDir Path directory;

    @Parameter String program;
    private VaultServer vault;
    private VaultServer.AppRole role;
    private final Ticking clock = new Ticking();

    private static final class Ticking extends Clock {
        private Instant now = Instant.parse("2026-11-21T10:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    static Stream<String> programs() {
        return VaultServer.programs();
    }

    private static final String POLICY =
            """
            path "secret/data/millrace/main/a/KEY" { capabilities = ["read"] }
            path "secret/data/millrace/main/a/NONE" { capabilities = ["read"] }
            path "secret/data/millrace/main/a.b/*" { capabilities = ["read"] }
            path "secret/data/millrace/main/a.b.c/*" { capabilities = ["read"] }
            path "kv/millrace/main/*" { capabilities = ["read"] }
            """;

    @BeforeEach
    void start() throws IOException {
        vault = VaultServer.start(program, directory);
        role = vault.appRole("millrace", POLICY, Map.of("token_ttl", "90s"));
        Files.writeString(directory.resolve("secret-id"), role.secretId() + "\n");
    }

    private void put(String path, Object value) {
        vault.admin("POST", "secret/data/" + path, Map.of("data", Map.of("value", value)));
    }

    @AfterEach
    void stop() {
        vault.close();
    }

    private VaultAuth approle() {
        return new VaultAuth(
                VaultAuth.Method.APPROLE,
                null,
                null,
                role.roleId(),
                directory.resolve("secret-id"),
                null,
                directory.resolve("jwt"));
    }

    private Backends backends(String namespace, int version, VaultAuth auth, Duration keepFor) {
        return new Backends(
                new BackendProperties(
                        List.of(
                                new BackendProperties.Backend(
                                        "vault",
                                        "main",
                                        namespace,
                                        keepFor,
                                        new Vault(
                                                vault.address(),
                                                version == 2 ? "secret" : "kv",
                                                version,
                                                "millrace/{tenant}/{namespace}/{name}",
                                                "value",
                                                null,
                                                Duration.ofSeconds(2),
                                                auth),
                                        null))),
                clock);
    }

    private static final List<String> LINEAGE = List.of("a.b.c", "a.b", "a");

    private static @Nullable String value(Backends backends, String name) {
        var found = backends.read("main", LINEAGE, List.of(name)).get(name);
        return found == null ? null : found.value();
    }

    @Test
    void theNearestLevelOfVaultWins() {
        put("millrace/main/a/KEY", "far");
        put("millrace/main/a.b/KEY", "near");
        var backends = backends("a", 2, approle(), Duration.ZERO);

        var found = backends.read("main", LINEAGE, List.of("KEY", "NONE"));

        assertThat(found).containsOnlyKeys("KEY");
        assertThat(found.get("KEY"))
                .isEqualTo(new Backends.Found("near", "a.b", "vault"))
                .asString()
                .doesNotContain("near");
    }

    @Test
    void versionOneOfTheStoreAndStructuredValuesAreRead() {
        vault.admin(
                "POST", "sys/mounts/kv", Map.of("type", "kv", "options", Map.of("version", "1")));
        vault.admin("POST", "kv/millrace/main/a/KEY", Map.of("value", Map.of("user", "u")));

        assertThat(value(backends("", 1, approle(), Duration.ZERO), "KEY"))
                .isEqualTo("{\"user\":\"u\"}");
    }

    @Test
    void otherTenantsAndNamespacesDontGetThere() {
        put("millrace/main/x/KEY", "v");
        var backends = backends("a.b", 2, approle(), Duration.ZERO);

        assertThat(backends.read("other", LINEAGE, List.of("KEY"))).isEmpty();
        assertThat(backends.read("main", List.of("x"), List.of("KEY"))).isEmpty();
        assertThat(backends.read("main", List.of("a.bc", "a"), List.of("KEY"))).isEmpty();
        assertThat(backends.read("main", LINEAGE, List.of("../x/KEY", "..", "a/b"))).isEmpty();
        assertThat(vault.requests()).noneMatch(r -> r.contains("/x/") || r.contains(".."));
    }

    @Test
    void aLeaseIsRenewedBeforeItEndsAndReplacedWhenItHasEnded() {
        put("millrace/main/a/KEY", "v");
        var backends = backends("a", 2, approle(), Duration.ZERO);
        value(backends, "KEY");
        value(backends, "KEY");
        assertThat(signIns()).isEqualTo(1);

        clock.now = clock.now.plusSeconds(70);
        value(backends, "KEY");
        assertThat(vault.requests()).contains("POST auth/token/renew-self");
        assertThat(signIns()).isEqualTo(1);

        clock.now = clock.now.plusSeconds(100);
        value(backends, "KEY");
        assertThat(signIns()).isEqualTo(2);

        vault.takeTokensBack();
        assertThat(value(backends, "KEY")).isEqualTo("v");
        assertThat(signIns()).isEqualTo(3);
    }

    private long signIns() {
        return vault.requests().stream().filter(r -> r.endsWith("/login")).count();
    }

    @Test
    void otherWaysToSignIn() throws Exception {
        put("millrace/main/a/KEY", "v");
        var jwt = directory.resolve("jwt");
        Files.writeString(jwt, vault.jwtRole("k8s", "worker", "millrace") + "\n");
        var token = directory.resolve("token");
        Files.writeString(token, vault.token() + "\n");

        for (var auth :
                List.of(
                        new VaultAuth(
                                VaultAuth.Method.KUBERNETES,
                                "k8s",
                                null,
                                null,
                                null,
                                "worker",
                                jwt),
                        new VaultAuth(
                                VaultAuth.Method.TOKEN, null, token, null, null, null, jwt))) {
            assertThat(value(backends("a", 2, auth, Duration.ZERO), "KEY")).isEqualTo("v");
        }
    }

    @Test
    void whatIsRememberedOutlivesVaultAndTheRestIsAClearError() {
        put("millrace/main/a/KEY", "v");
        var backends = backends("a", 2, approle(), Duration.ofMinutes(1));
        assertThat(value(backends, "KEY")).isEqualTo("v");
        vault.broken(503);

        assertThat(value(backends, "KEY")).isEqualTo("v");
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> value(backends, "NONE"))
                    .isInstanceOf(ServiceException.Unavailable.class)
                    .hasMessageContaining("'vault' is away");
        }
        // the breaker has answered most of them
        assertThat(vault.requests()).hasSizeLessThan(20);
    }

    @Test
    void whatVaultForbidsIsRefusedAndTheOthersAreReadNonetheless() {
        put("millrace/main/a/KEY", "v");
        var backends = backends("a", 2, approle(), Duration.ZERO);

        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> value(backends, "OTHER"))
                    .isInstanceOf(ServiceException.Refused.class)
                    .hasMessageContaining("'vault'")
                    .hasMessageContaining("403");
        }

        assertThat(value(backends, "KEY")).isEqualTo("v");
        assertThat(signIns()).as("a token for each refusal would pile up in Vault").isEqualTo(1);
    }

    @Test
    void aSealedVaultIsAwayUntilItIsOpen() {
        put("millrace/main/a/KEY", "v");
        var backends = backends("a", 2, approle(), Duration.ZERO);
        vault.seal();
        assertThatThrownBy(() -> value(backends, "KEY"))
                .isInstanceOf(ServiceException.Unavailable.class)
                .hasMessageContaining("'vault' is away");

        vault.unseal();

        assertThat(value(backends, "KEY")).isEqualTo("v");
    }

    @Test
    void whatWasDeletedIsNotThere() {
        put("millrace/main/a/KEY", "v");
        vault.admin("DELETE", "secret/data/millrace/main/a/KEY", null);

        assertThat(value(backends("a", 2, approle(), Duration.ZERO), "KEY")).isNull();
    }

    @Test
    void aSecretThatIsWrongIsAnOutageUntilTheFileHasTheRightOne() throws IOException {
        put("millrace/main/a/KEY", "v");
        Files.writeString(directory.resolve("secret-id"), "wr0ng");
        var backends = backends("a", 2, approle(), Duration.ZERO);
        assertThatThrownBy(() -> value(backends, "KEY"))
                .isInstanceOf(ServiceException.Unavailable.class);

        Files.writeString(directory.resolve("secret-id"), role.secretId());

        assertThat(value(backends, "KEY")).isEqualTo("v");
    }

    @Test
    void theEnvironmentHasSecretsInBase64OrPlain() {
        var environment = Map.of("SECRET_KEY", "aGVsbG8=", "SECRET_BAD", "%%%");

        assertThat(
                        new EnvironmentBackend(
                                        new Environment("SECRET_", Environment.Encoding.BASE64),
                                        environment)
                                .read("main", "a", "key"))
                .contains("hello");
        assertThat(
                        new EnvironmentBackend(
                                        new Environment("SECRET_", Environment.Encoding.PLAIN),
                                        environment)
                                .read("main", "a", "KEY"))
                .contains("aGVsbG8=");
        assertThat(
                        new EnvironmentBackend(
                                        new Environment("SECRET_", Environment.Encoding.BASE64),
                                        environment)
                                .read("main", "a", "NONE"))
                .isEmpty();
    }
}
