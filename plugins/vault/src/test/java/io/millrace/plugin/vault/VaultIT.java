// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import io.millrace.test.TestDatabase;
import io.millrace.test.VaultServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What tasks do with Vault: with what stands in for it, and with Vault and OpenBao where they are
/// installed.
@ParameterizedClass
@MethodSource("programs")
class VaultIT {
    private static @Nullable VaultServer server;

    @Parameter String program = "";
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    static Stream<String> programs() {
        return VaultServer.programs();
    }

    @BeforeParameterizedClassInvocation
    static void start(String program, @TempDir Path home) throws Exception {
        server = VaultServer.start(program, home);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        vault().close();
    }

    private static VaultServer vault() {
        return Objects.requireNonNull(server);
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        vault().requests().clear();
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, @Nullable Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("address", vault().address() + "/");
        all.put("auth", Map.of("token", vault().token()));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void aSecretOfVersionTwoOfTheEngineHasVersions() throws Exception {
        assertThat(run(new KvWrite(), "path", "team/db", "data", Map.of("password", "older")))
                .containsEntry("version", 1);
        assertThat(run(new KvWrite(), "path", "/team/db/", "data", Map.of("password", "s3cret")))
                .containsEntry("version", 2);

        assertThat(run(new KvRead(), "path", "team/db"))
                .containsEntry("data", Map.of("password", "s3cret"))
                .containsEntry("version", 2)
                .containsEntry("found", true);
        assertThat(run(new KvRead(), "path", "team/db", "version", 1))
                .containsEntry("data", Map.of("password", "older"));
        assertThat(context.concealed).contains("s3cret", "older");
        assertThatThrownBy(() -> run(new KvRead(), "path", "team/db", "version", 9))
                .hasMessage("There is no secret 'team/db' in secret");
        assertThat(run(new KvRead(), "path", "none", "failOnMissing", false))
                .containsEntry("found", false);
        assertThatThrownBy(() -> run(new KvRead(), "path", "none", "mount", "nowhere"))
                .hasMessage("There is no secret 'none' in nowhere");
    }

    @Test
    void aMergeKeepsOtherFieldsAndNobodyWritesInBetween() throws Exception {
        run(new KvWrite(), "path", "m", "data", Map.of("user", "u", "password", "old"), "cas", 0);

        run(new KvWrite(), "path", "m", "merge", true, "data", Map.of("password", "new"));

        assertThat(run(new KvRead(), "path", "m"))
                .containsEntry("data", Map.of("user", "u", "password", "new"));
        assertThatThrownBy(
                        () -> run(new KvWrite(), "path", "m", "data", Map.of("a", "b"), "cas", 1))
                .hasMessageContaining("check-and-set parameter did not match");
        run(new KvWrite(), "path", "merged", "merge", true, "data", Map.of("a", "b"));
        assertThat(run(new KvRead(), "path", "merged")).containsEntry("data", Map.of("a", "b"));
    }

    @Test
    void whatWasDeletedIsWrittenAnewByAMergeToo() throws Exception {
        run(new KvWrite(), "path", "d", "data", Map.of("user", "u"));
        run(new KvDelete(), "path", "d");

        assertThat(run(new KvWrite(), "path", "d", "merge", true, "data", Map.of("a", "b")))
                .containsEntry("version", 2);

        assertThat(run(new KvRead(), "path", "d")).containsEntry("data", Map.of("a", "b"));
    }

    @Test
    void secretsAreListedAndDeleted() throws Exception {
        for (var path : List.of("l/a", "l/a", "l/a", "l/b/c d")) {
            run(new KvWrite(), "path", path, "data", Map.of("k", "v"));
        }

        assertThat(run(new KvList(), "path", "l"))
                .containsEntry("keys", List.of("a", "b/"))
                .containsEntry("size", 2);
        assertThat(run(new KvList(), "path", "l/b/")).containsEntry("keys", List.of("c d"));
        assertThat(run(new KvList(), "path", "none")).containsEntry("size", 0);
        run(new KvDelete(), "path", "l/a");
        assertThat(found("l/a", 3)).isFalse();
        run(new KvDelete(), "path", "l/a", "versions", List.of(1));
        assertThat(found("l/a", 1)).isFalse();
        assertThat(found("l/a", 2)).isTrue();
        run(new KvDelete(), "path", "l/a", "permanently", true);
        assertThat(run(new KvList(), "path", "l")).containsEntry("keys", List.of("b/"));
    }

    private boolean found(String path, int version) throws Exception {
        return Boolean.TRUE.equals(
                run(new KvRead(), "path", path, "version", version, "failOnMissing", false)
                        .get("found"));
    }

    @Test
    void whatIsToGoForGoodIsTheVersionsThatAreNamed() throws Exception {
        run(new KvWrite(), "path", "g", "data", Map.of("k", "1"));
        run(new KvWrite(), "path", "g", "data", Map.of("k", "2"));

        run(new KvDelete(), "path", "g", "versions", List.of(1), "permanently", true);

        assertThat(found("g", 1)).isFalse();
        assertThat(found("g", 2)).isTrue();
    }

    @Test
    void versionOneOfTheEngineHasNoVersions() throws Exception {
        vault().admin(
                        "POST",
                        "sys/mounts/kv",
                        Map.of("type", "kv", "options", Map.of("version", "1")));
        Object[] at = {"mount", "kv", "kvVersion", 1};

        assertThat(run(new KvWrite(), with(at, "path", "a/b", "data", Map.of("k", "v", "n", 1))))
                .doesNotContainKey("version");
        run(new KvWrite(), with(at, "path", "a/b", "merge", true, "data", Map.of("k", "w")));
        assertThat(run(new KvRead(), with(at, "path", "a/b")))
                .containsEntry("data", Map.of("k", "w", "n", 1))
                .doesNotContainKey("version");
        assertThat(run(new KvList(), with(at, "path", "a"))).containsEntry("keys", List.of("b"));
        assertThatThrownBy(
                        () -> run(new KvDelete(), with(at, "path", "a/b", "versions", List.of(1))))
                .hasMessage("Expected kvVersion 2 for versions of a secret");
        run(new KvDelete(), with(at, "path", "a/b"));
        assertThat(run(new KvRead(), with(at, "path", "a/b", "failOnMissing", false)))
                .containsEntry("found", false);
    }

    private static Object[] with(Object[] some, Object... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray();
    }

    @Test
    void aKeyThatStaysInVaultEncryptsDecryptsAndIsRotated() throws Exception {
        vault().admin("POST", "sys/mounts/transit", Map.of("type", "transit"));
        vault().admin("POST", "transit/keys/app", Map.of());

        var first =
                run(new TransitEncrypt(), "key", "app", "plaintext", "grüß dich").get("ciphertext");
        assertThat(String.valueOf(first)).startsWith("vault:v1:");
        assertThat(run(new TransitDecrypt(), "key", "app", "ciphertext", first))
                .containsEntry("plaintext", "grüß dich");
        assertThat(context.concealed).contains("grüß dich");
        assertThat(run(new TransitRotate(), "key", "app")).containsEntry("version", 2);
        assertThat(run(new TransitDecrypt(), "key", "app", "ciphertext", first))
                .containsEntry("plaintext", "grüß dich");
        assertThat(run(new TransitRotate(), "key", "app", "minDecryptionVersion", 2))
                .containsEntry("version", 3);
        assertThatThrownBy(() -> run(new TransitDecrypt(), "key", "app", "ciphertext", first))
                .hasMessageContaining("disallowed by policy");
        assertThatThrownBy(() -> run(new TransitDecrypt(), "key", "app", "ciphertext", "abc"))
                .hasMessageContaining("invalid ciphertext: no prefix");
    }

    /// For d.example.
    private static final String CSR =
            """
            -----BEGIN CERTIFICATE REQUEST-----
            MIHNMHYCAQAwFDESMBAGA1UEAwwJZC5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZI
            zj0DAQcDQgAEy77prHyilUuRsUjF6R9+bw9+BSW8wZB1eI1IWXvkWgby5SPJzFny
            ed0Gc+28EeCQCjGuG9twTU+Hgm3e5Tk7NKAAMAoGCCqGSM49BAMCA0cAMEQCIFeP
            7G4+z0yGEo+hwPWVMIw0UyI2ApIOjd1uiBSd31sJAiA0YAlakR1OF+c4Xiq8SjUL
            2fjubTiL6Umewo58BfohoQ==
            -----END CERTIFICATE REQUEST-----
            """;

    @Test
    void aCertificateIsIssuedItsKeyConcealedAndRevoked() throws Exception {
        vault().admin("POST", "sys/mounts/pki", Map.of("type", "pki"));
        vault().admin(
                        "POST",
                        "pki/root/generate/internal",
                        Map.of("common_name", "ca", "key_type", "ec", "key_bits", 256));
        vault().admin(
                        "POST",
                        "pki/roles/web",
                        Map.of("allow_any_name", true, "key_type", "ec", "key_bits", 256));

        var issued =
                run(
                        new PkiIssue(),
                        "role",
                        "web",
                        "commonName",
                        "a.example",
                        "altNames",
                        List.of("b.example", "c.example"),
                        "ipSans",
                        List.of("10.0.0.1"),
                        "ttl",
                        "PT24H");

        assertThat(String.valueOf(issued.get("certificate")))
                .startsWith("-----BEGIN CERTIFICATE-----");
        assertThat((List<?>) issued.get("caChain")).hasSize(1);
        assertThat(String.valueOf(issued.get("privateKey"))).contains("PRIVATE KEY");
        assertThat(context.concealed).contains(String.valueOf(issued.get("privateKey")));
        assertThat(Instant.parse(String.valueOf(issued.get("expiration"))))
                .isBetween(
                        Instant.now().plus(Duration.ofHours(23)),
                        Instant.now().plus(Duration.ofHours(25)));
        assertThat(
                        run(
                                new PkiIssue(),
                                "role",
                                "web",
                                "commonName",
                                "d.example",
                                "ttl",
                                "PT1H",
                                "csr",
                                CSR))
                .doesNotContainKey("privateKey");
        var revoked = run(new PkiRevoke(), "serialNumber", issued.get("serialNumber"));
        assertThat(Instant.parse(String.valueOf(revoked.get("revokedAt"))))
                .isAfter(Instant.now().minus(Duration.ofMinutes(5)));
        assertThatThrownBy(() -> run(new PkiIssue(), "role", "none", "commonName", "a.example"))
                .hasMessageContaining("unknown role: none");
    }

    @Test
    void dynamicCredentialsComeWithTheirLeaseWhichIsRenewedAndRevoked() throws Exception {
        try (var database = TestDatabase.create()) {
            var at = URI.create(database.url().substring("jdbc:".length()).split("\\?")[0]);
            vault().admin("POST", "sys/mounts/database", Map.of("type", "database"));
            vault().admin(
                            "POST",
                            "database/config/db",
                            Map.of(
                                    "plugin_name",
                                    "postgresql-database-plugin",
                                    "allowed_roles",
                                    "reader",
                                    "username",
                                    database.user(),
                                    "password",
                                    database.password(),
                                    "connection_url",
                                    "postgresql://{{username}}:{{password}}@%s%s?sslmode=disable"
                                            .formatted(at.getAuthority(), at.getPath())));
            vault().admin(
                            "POST",
                            "database/roles/reader",
                            Map.of(
                                    "db_name",
                                    "db",
                                    "default_ttl",
                                    "1h",
                                    "creation_statements",
                                    List.of(
                                            "create role \"{{name}}\" login password '{{password}}'")));

            var made = run(new Credentials(), "path", "database/creds/reader");

            assertThat(made)
                    .containsEntry("leaseDuration", "PT1H")
                    .containsEntry("renewable", true);
            var user = Vault.object(made.get("data"));
            assertThat(user).containsOnlyKeys("username", "password");
            assertThat(context.concealed).contains(String.valueOf(user.get("password")));
            var lease = made.get("leaseId");
            assertThat(String.valueOf(lease)).startsWith("database/creds/reader/");
            assertThat(run(new LeaseRenew(), "leaseId", lease, "increment", "PT2H"))
                    .containsEntry("leaseDuration", "PT2H");
            run(new LeaseRevoke(), "leaseId", lease);
            assertThatThrownBy(() -> run(new LeaseRenew(), "leaseId", lease))
                    .hasMessage("Vault answered 400: lease not found");
            var other = run(new Credentials(), "path", "database/creds/reader").get("leaseId");
            run(new LeaseRevoke(), "leaseId", "database/creds/reader", "prefix", true);
            assertThatThrownBy(() -> run(new LeaseRenew(), "leaseId", other))
                    .hasMessage("Vault answered 400: lease not found");
        }
    }

    private static String readers(String folder) {
        return "path \"secret/data/%s/*\" { capabilities = [\"read\"] }".formatted(folder);
    }

    private static void policy(String name) {
        vault().admin("PUT", "sys/policies/acl/" + name, Map.of("policy", readers(name)));
        vault().admin("POST", "secret/data/" + name + "/a", Map.of("data", Map.of("k", "v")));
    }

    /// Reads what it may, and not what it mayn't; leaves no token.
    private void signsIn(String policy, Map<String, String> auth) throws Exception {
        var before = vault().accessors();

        assertThat(run(new KvRead(), "path", policy + "/a", "auth", auth))
                .containsEntry("data", Map.of("k", "v"));
        assertThatThrownBy(() -> run(new KvRead(), "path", "other", "auth", auth))
                .hasMessageStartingWith("Vault doesn't permit this, or not to this token (403)");

        assertThat(vault().accessors()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(context.lines).noneMatch(line -> line.startsWith("WARN"));
    }

    @Test
    void anAppRoleSignsInAndItsTokenEndsWithTheTask() throws Exception {
        for (var type : List.of("service", "batch")) {
            var policy = "by-" + type;
            policy(policy);
            var role = vault().appRole(policy, readers(policy), Map.of("token_type", type));

            signsIn(policy, Map.of("roleId", role.roleId(), "secretId", role.secretId()));

            assertThatThrownBy(() ->
                            run(
                                    new Request(),
                                    "path",
                                    "sys/health",
                                    "auth",
                                    Map.of("roleId", role.roleId(), "secretId", "wr0ng")))
                    .hasMessage("Vault refuses the credentials (400)");
        }
    }

    @Test
    void aUserSignsInWithAPassword() throws Exception {
        policy("by-user");
        vault().admin("POST", "sys/auth/people", Map.of("type", "userpass"));
        vault().admin(
                        "POST",
                        "auth/people/users/ann",
                        Map.of("password", "s3cret", "token_policies", List.of("by-user")));

        signsIn("by-user", Map.of("username", "ann", "password", "s3cret", "mount", "people"));

        assertThatThrownBy(() ->
                        run(
                                new KvRead(),
                                "path",
                                "by-user/a",
                                "auth",
                                Map.of("username", "ann", "password", "no", "mount", "people")))
                .hasMessage("Vault refuses the credentials (400)");
        assertThatThrownBy(() ->
                        run(
                                new KvRead(),
                                "path",
                                "by-user/a",
                                "auth",
                                Map.of("username", "ann", "password", "no", "mount", "nowhere")))
                .hasMessageMatching("Vault refuses the credentials \\(40[03]\\)");
    }

    @Test
    void aServiceSignsInWithAJwt() throws Exception {
        policy("by-jwt");
        var jwt = vault().jwtRole("jwt", "worker", "by-jwt");

        signsIn("by-jwt", Map.of("jwt", jwt, "role", "worker"));

        var signedByAnother = vault().jwtRole("other", "worker", "by-jwt");
        for (var bad :
                List.of(
                        Map.of("jwt", signedByAnother, "role", "worker"),
                        Map.of("jwt", jwt, "role", "none"))) {
            assertThatThrownBy(() -> run(new KvRead(), "path", "by-jwt/a", "auth", bad))
                    .hasMessage("Vault refuses the credentials (400)");
        }
    }

    @Test
    void credentialsThatWereMadeOutliveTheTaskAndItsToken() throws Exception {
        policy("by-leased");
        vault().admin("POST", "sys/auth/leased", Map.of("type", "userpass"));
        vault().admin(
                        "POST",
                        "auth/leased/users/ann",
                        Map.of("password", "s3cret", "token_policies", List.of("by-leased")));
        var before = vault().accessors().size();

        run(
                new Credentials(),
                "path",
                "secret/data/by-leased/a",
                "auth",
                Map.of("username", "ann", "password", "s3cret", "mount", "leased"));

        assertThat(vault().accessors()).hasSize(before + 1);
    }

    @Test
    void anythingElseIsAskedOfItsPath() throws Exception {
        assertThat((Map<?, ?>) run(new Request(), "path", "sys/health").get("response"))
                .extracting("sealed")
                .isEqualTo(false);
        for (var value : List.of("1", "2")) {
            run(
                    new Request(),
                    "path",
                    "/secret/data/any",
                    "method",
                    "post",
                    "body",
                    Map.of("data", Map.of("a", value)));
        }
        assertThat(String.valueOf(run(new Request(), "path", "secret/data/any?version=1")))
                .contains("data={a=1}");
        assertThat(String.valueOf(run(new Request(), "path", "secret/metadata", "method", "LIST")))
                .contains("any");
        assertThat(run(new Request(), "path", "secret/metadata/any", "method", "DELETE"))
                .containsEntry("response", Map.of());
        assertThatThrownBy(() -> run(new Request(), "path", "nowhere/a"))
                .hasMessage("Vault has no such path (404)");
    }

    @Test
    void aWrongTokenAndASealedVaultAreSaid() throws Exception {
        assertThatThrownBy(() -> run(new KvRead(), "path", "a", "auth", Map.of("token", "wr0ng")))
                .hasMessageStartingWith("Vault doesn't permit this, or not to this token (403)")
                .hasMessageContaining("permission denied");
        vault().seal();
        try {
            assertThatThrownBy(() -> run(new KvRead(), "path", "a"))
                    .hasMessage("Vault is sealed or away (503)");
        } finally {
            vault().unseal();
        }
    }
}
