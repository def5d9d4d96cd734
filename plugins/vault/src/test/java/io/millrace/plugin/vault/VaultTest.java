// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a stand-in that answers as Vault's API is documented.
class VaultTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final StandIn vault;

    VaultTest() throws IOException {
        vault = StandIn.start();
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    @AfterEach
    void end() {
        vault.close();
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("address", vault.url());
        all.put("auth", Map.of("token", "t0ken"));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private String body(int index) {
        return vault.asked.get(index).body();
    }

    @Test
    void aSecretIsReadInBothVersionsOfTheEngineAndConcealed() throws Exception {
        vault.on(
                        "GET /v1/secret/data/team/db",
                        Answer.json(
                                "{\"data\":{\"data\":{\"password\":\"s3cret\"},\"metadata\":{\"version\":4}}}"))
                .on("GET /v1/kv/team/db", Answer.json("{\"data\":{\"password\":\"older\"}}"));

        var read = run(new KvRead(), "path", "team/db", "vaultNamespace", "bank");

        assertThat(read)
                .containsEntry("data", Map.of("password", "s3cret"))
                .containsEntry("version", 4);
        assertThat(run(new KvRead(), "path", "/team/db", "mount", "kv", "kvVersion", 1).get("data"))
                .isEqualTo(Map.of("password", "older"));
        assertThat(context.concealed).containsExactly("s3cret", "older");
        assertThat(vault.asked.getFirst().header("x-vault-token")).isEqualTo("t0ken");
        assertThat(vault.asked.getFirst().header("x-vault-namespace")).isEqualTo("bank");
        assertThatThrownBy(() -> run(new KvRead(), "path", "none"))
                .hasMessage("There is no secret 'none' in secret");
        assertThat(run(new KvRead(), "path", "none", "failOnMissing", false))
                .containsEntry("found", false);
    }

    @Test
    void aMergeKeepsOtherFieldsAndNobodyWritesInBetween() throws Exception {
        vault.on(
                        "GET /v1/secret/data/db",
                        Answer.json(
                                "{\"data\":{\"data\":{\"user\":\"u\",\"password\":\"old\"},\"metadata\":{\"version\":4}}}"))
                .on("POST /v1/secret/data/db", Answer.json("{\"data\":{\"version\":5}}"));

        var written =
                run(new KvWrite(), "path", "db", "merge", true, "data", Map.of("password", "new"));

        assertThat(written).containsEntry("version", 5);
        assertThat(body(1))
                .isEqualTo(
                        "{\"data\":{\"user\":\"u\",\"password\":\"new\"},\"options\":{\"cas\":4}}");
        assertThat(context.concealed).containsExactly("new");
    }

    @Test
    void secretsAreListedAndDeleted() throws Exception {
        vault.on(
                        "GET /v1/secret/metadata/team",
                        Answer.json("{\"data\":{\"keys\":[\"a\",\"b/\"]}}"))
                .on("DELETE /v1/secret/data/a", Answer.status(204))
                .on("DELETE /v1/secret/metadata/a", Answer.status(204))
                .on("POST /v1/secret/delete/a", Answer.status(204));

        assertThat(run(new KvList(), "path", "team"))
                .containsEntry("keys", List.of("a", "b/"))
                .containsEntry("size", 2);
        run(new KvDelete(), "path", "a");
        run(new KvDelete(), "path", "a", "versions", List.of(1, 2));
        run(new KvDelete(), "path", "a", "permanently", true);

        assertThat(vault.asked.getFirst().path()).endsWith("?list=true");
        assertThat(body(2)).isEqualTo("{\"versions\":[1,2]}");
        assertThat(vault.routesAsked()).contains("DELETE /v1/secret/metadata/a");
    }

    @Test
    void aKeyThatStaysInVaultEncryptsDecryptsAndIsRotated() throws Exception {
        vault.on(
                        "POST /v1/transit/encrypt/app",
                        Answer.json("{\"data\":{\"ciphertext\":\"vault:v1:abc\"}}"))
                .on(
                        "POST /v1/transit/decrypt/app",
                        Answer.json("{\"data\":{\"plaintext\":\"aGVsbG8=\"}}"))
                .on("POST /v1/transit/keys/app/rotate", Answer.status(204))
                .on("GET /v1/transit/keys/app", Answer.json("{\"data\":{\"latest_version\":2}}"));

        assertThat(run(new TransitEncrypt(), "key", "app", "plaintext", "hello"))
                .containsEntry("ciphertext", "vault:v1:abc");
        assertThat(body(0)).isEqualTo("{\"plaintext\":\"aGVsbG8=\"}");
        assertThat(run(new TransitDecrypt(), "key", "app", "ciphertext", "vault:v1:abc"))
                .containsEntry("plaintext", "hello");
        assertThat(context.concealed).contains("hello");
        assertThat(run(new TransitRotate(), "key", "app")).containsEntry("version", 2);
    }

    @Test
    void aCertificateIsIssuedAndItsKeyConcealed() throws Exception {
        vault.on(
                "POST /v1/pki/issue/web",
                Answer.json(
                        "{\"data\":{\"certificate\":\"CERT\",\"issuing_ca\":\"CA\",\"private_key\":\"KEY\","
                                + "\"serial_number\":\"39:dd\",\"expiration\":1800000000}}"));

        var issued =
                run(
                        new PkiIssue(),
                        "role",
                        "web",
                        "commonName",
                        "a.example",
                        "altNames",
                        List.of("b.example", "c.example"),
                        "ttl",
                        "PT24H");

        assertThat(issued)
                .containsEntry("privateKey", "KEY")
                .containsEntry("caChain", List.of("CA"))
                .containsEntry("expiration", Instant.ofEpochSecond(1_800_000_000).toString());
        assertThat(context.concealed).containsExactly("KEY");
        assertThat(body(0)).contains("\"alt_names\":\"b.example,c.example\"", "\"ttl\":\"86400s\"");
    }

    @Test
    void dynamicCredentialsComeWithTheirLeaseWhichIsRenewedAndRevoked() throws Exception {
        vault.on(
                        "GET /v1/database/creds/reader",
                        Answer.json(
                                "{\"lease_id\":\"database/creds/reader/1\",\"lease_duration\":3600,"
                                        + "\"renewable\":true,\"data\":{\"username\":\"u1\",\"password\":\"p1\"}}"))
                .on("POST /v1/sys/leases/renew", Answer.json("{\"lease_duration\":7200}"))
                .on("POST /v1/sys/leases/revoke", Answer.status(204));

        var made = run(new Credentials(), "path", "database/creds/reader");

        assertThat(made)
                .containsEntry("leaseId", "database/creds/reader/1")
                .containsEntry("leaseDuration", Duration.ofHours(1).toString());
        assertThat(context.concealed).contains("p1");
        assertThat(run(new LeaseRenew(), "leaseId", "database/creds/reader/1"))
                .containsEntry("leaseDuration", "PT2H");
        run(new LeaseRevoke(), "leaseId", "database/creds/reader/1");
        assertThat(body(2)).isEqualTo("{\"lease_id\":\"database/creds/reader/1\"}");
    }

    @Test
    void anAppRoleGetsATokenThatIsRevokedAfterTheTask() throws Exception {
        vault.on(
                        "POST /v1/auth/approle/login",
                        asked ->
                                asked.body().contains("good")
                                        ? Answer.json("{\"auth\":{\"client_token\":\"borrowed\"}}")
                                        : new Answer(400, Map.of(), "{\"errors\":[\"invalid\"]}"))
                .on("GET /v1/sys/health", Answer.json("{\"initialized\":true}"))
                .on("POST /v1/auth/token/revoke-self", Answer.status(204));

        run(new Request(), "path", "sys/health", "auth", Map.of("roleId", "r", "secretId", "good"));

        assertThat(vault.routesAsked())
                .containsExactly(
                        "POST /v1/auth/approle/login",
                        "GET /v1/sys/health",
                        "POST /v1/auth/token/revoke-self");
        assertThat(vault.asked.get(1).header("x-vault-token")).isEqualTo("borrowed");
        assertThat(context.concealed).contains("borrowed");
        assertThatThrownBy(() ->
                        run(
                                new Request(),
                                "path",
                                "sys/health",
                                "auth",
                                Map.of("roleId", "r", "secretId", "bad")))
                .hasMessage("Vault refuses the credentials (400)");
    }

    @Test
    void whatWasDoneStaysDoneThoughTheTokenIsntRevoked() throws Exception {
        vault.on(
                        "POST /v1/auth/approle/login",
                        Answer.json("{\"auth\":{\"client_token\":\"borrowed\"}}"))
                .on("GET /v1/sys/health", Answer.json("{\"initialized\":true}"))
                .on("POST /v1/auth/token/revoke-self", Answer.status(500));

        var done =
                run(
                        new Request(),
                        "path",
                        "sys/health",
                        "auth",
                        Map.of("roleId", "r", "secretId", "good"));

        assertThat(done.get("response")).isEqualTo(Map.of("initialized", true));
        assertThat(context.lines).anyMatch(line -> line.startsWith("WARN The task's token"));
    }

    @Test
    void aKilledTasksTokenIsRevokedToo() throws Exception {
        var asked = new CountDownLatch(1);
        var over = new CountDownLatch(1);
        vault.on(
                        "POST /v1/auth/approle/login",
                        Answer.json("{\"auth\":{\"client_token\":\"borrowed\"}}"))
                .on(
                        "GET /v1/slow",
                        _ -> {
                            asked.countDown();
                            try {
                                over.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return Answer.json("{}");
                        })
                .on("POST /v1/auth/token/revoke-self", Answer.status(204));
        var task =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        new Request(),
                                        "path",
                                        "slow",
                                        "auth",
                                        Map.of("roleId", "r", "secretId", "good")));
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        await().until(() -> vault.routesAsked().contains("POST /v1/auth/token/revoke-self"));
        over.countDown();
    }

    @Test
    void whatIsRefusedAwayOrSilentIsSaid() throws Exception {
        vault.on(
                "GET /v1/secret/data/a",
                new Answer(403, Map.of(), "{\"errors\":[\"permission denied\"]}"));
        assertThatThrownBy(() -> run(new KvRead(), "path", "a"))
                .hasMessage(
                        "Vault doesn't permit this, or not to this token (403): permission denied");
        assertThatThrownBy(() -> run(new KvRead(), "path", "a", "auth", Map.of()))
                .hasMessageContaining("Expected in `auth` a token");
        assertThatThrownBy(() ->
                        run(
                                new KvRead(),
                                "path",
                                "a",
                                "address",
                                "http://127.0.0.1:" + SilentServer.closedPort()))
                .hasMessage("Unable to connect to Vault at 127.0.0.1");
        var denied = new KvRead();
        denied.start(new PluginSettings(Map.of("egress.deny", "127.0.0.0/8")));
        assertThatThrownBy(() -> run(denied, "path", "a")).hasMessageContaining("egress");
        SilentServer.isLeft(
                context,
                port -> run(new KvRead(), "path", "a", "address", "http://127.0.0.1:" + port));
    }
}
