// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.contracts.AuditBatch;
import io.millrace.contracts.AuditEvent;
import io.millrace.contracts.Codec;
import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.platform.identity.TaskTokens;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import io.millrace.test.VaultServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class SecretsServiceIT {
    private static final String VALUE = "correct-horse-battery";
    private static final TaskIdentity TASK =
            new TaskIdentity("main", "company.data.ingest", "load", "0Exec", 2);

    private final TestDatabase database = TestDatabase.create();
    private final TestBroker broker = TestBroker.create();
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final VaultServer vault;
    private final Path keys;
    private final ConfigurableApplicationContext service;
    private final String base;

    SecretsServiceIT(@TempDir Path keys) throws Exception {
        this.keys = keys;
        IdentityKeys.generate(keys);
        var master = keys.resolve("master.key");
        Files.writeString(master, Base64.getEncoder().encodeToString(new byte[32]));
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("create schema secrets");
        }
        var overrides = new HashMap<String, String>();
        overrides.putAll(database.properties());
        overrides.putAll(broker.properties());
        overrides.putAll(IdentityKeys.properties(keys, "secrets"));
        overrides.put("millrace.secrets.master-key-file", master.toString());
        overrides.put("millrace.secrets.rotation-every", "100ms");
        overrides.put("server.port", "0");
        vault = VaultServer.start();
        var role =
                vault.appRole(
                        "millrace",
                        "path \"secret/data/millrace/main/*\" { capabilities = [\"read\"] }",
                        Map.of());
        var backend = "millrace.secrets.backends[0].";
        overrides.put(backend + "name", "corporate");
        overrides.put(backend + "tenant", "main");
        overrides.put(backend + "namespace", "company.data");
        overrides.put(backend + "keep-for", "1ms");
        overrides.put(backend + "vault.address", vault.address().toString());
        // a busy machine is no backend that is away
        overrides.put(backend + "vault.timeout", "30s");
        overrides.put(backend + "vault.auth.method", "approle");
        overrides.put(backend + "vault.auth.role-id", role.roleId());
        var secretId = keys.resolve("secret-id");
        Files.writeString(secretId, role.secretId());
        overrides.put(backend + "vault.auth.secret-id-file", secretId.toString());
        service =
                ServiceLauncher.run(SecretsServiceApplication.class, "secrets-service", overrides);
        base = "http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port");
    }

    @BeforeAll
    void store() throws Exception {
        put("main", "company", "SHARED", "of-company");
        put("main", "company", "DB_PASSWORD", "of-company");
        put("main", "company.data", "DB_PASSWORD", VALUE);
        put("other", "company.data", "DB_PASSWORD", "of-the-other-tenant");
        put("other", "company.data", "OTHERS", "of-the-other-tenant");
    }

    @AfterAll
    void stop() {
        service.close();
        vault.close();
        broker.close();
        database.close();
    }

    @Test
    void aTaskReadsWhatItsNamespaceInheritsTheNearestFirst() throws Exception {
        var answer = read(taskToken(TASK), "DB_PASSWORD", "SHARED");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json.readTree(answer.body()))
                .isEqualTo(json.valueToTree(Map.of("DB_PASSWORD", VALUE, "SHARED", "of-company")));
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void whatABackendHasIsReadWhereItIsNearer() throws Exception {
        for (var path : List.of("company.data.ingest/SHARED", "company.data/DB_PASSWORD")) {
            vault.admin(
                    "POST",
                    "secret/data/millrace/main/" + path,
                    Map.of("data", Map.of("value", "of-vault")));
        }
        try {
            var answer = read(taskToken(TASK), "DB_PASSWORD", "SHARED");

            // nearer than the one of company; on its own level, what is stored here wins
            assertThat(json.readTree(answer.body()))
                    .isEqualTo(
                            json.valueToTree(Map.of("DB_PASSWORD", VALUE, "SHARED", "of-vault")));
            vault.broken(500);
            assertThat(read(taskToken(TASK), "NOT_HERE").statusCode()).isEqualTo(503);
        } finally {
            vault.broken(0);
            vault.admin("DELETE", "secret/metadata/millrace/main/company.data.ingest/SHARED", null);
        }
    }

    @Test
    void namesDifferByMoreThanTheirCase() throws Exception {
        put("main", "company", "shared", "of-company");

        var answer = read(taskToken(TASK), "db_password", "Shared");

        assertThat(json.readTree(answer.body()))
                .isEqualTo(json.valueToTree(Map.of("db_password", VALUE, "Shared", "of-company")));
    }

    @Test
    void aMissingSecretIsNamed() throws Exception {
        var answer = read(taskToken(TASK), "SHARED", "NO_SUCH");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .contains("Unable to find secret 'NO_SUCH' in namespace 'company.data.ingest'")
                .doesNotContain("of-company");
    }

    @Test
    void siblingsAndOtherTenantsSeeNothing() throws Exception {
        var sibling = new TaskIdentity("main", "company.database", "load", "0Exec", 2);
        var child = new TaskIdentity("main", "company", "load", "0Exec", 2);
        var other = new TaskIdentity("other", "company.data", "load", "0Exec", 2);

        assertThat(read(taskToken(TASK), "OTHERS").statusCode()).isEqualTo(404);
        assertThat(read(taskToken(sibling), "DB_PASSWORD").body()).contains("of-company");
        assertThat(read(taskToken(child), "DB_PASSWORD").body()).contains("of-company");
        assertThat(read(taskToken(other), "SHARED").statusCode()).isEqualTo(404);
        assertThat(read(taskToken(other), "DB_PASSWORD").body()).contains("of-the-other-tenant");
    }

    @Test
    void aTaskMayNameANamespaceAboveItsOwnAndNoOther() throws Exception {
        var above =
                post(taskToken(TASK), "{\"names\":[\"DB_PASSWORD\"],\"namespace\":\"company\"}");
        var beside =
                post(taskToken(TASK), "{\"names\":[\"DB_PASSWORD\"],\"namespace\":\"company.da\"}");

        assertThat(above.body()).contains("of-company");
        assertThat(beside.statusCode()).isEqualTo(404);
    }

    @Test
    void aServiceLearnsWhetherItMatchesAndNoValue() throws Exception {
        var question =
                """
                {"tenant":"main","namespace":"company.data.ingest","flow":"load","candidate":"%s",
                 "pieces":[{"text":"a-"},{"secret":"%s"}]}
                """;

        var right = match(question.formatted("a-" + VALUE, "DB_PASSWORD"));
        var wrong = match(question.formatted("a-other", "DB_PASSWORD"));
        var missing = match(question.formatted("a-", "NO_SUCH"));

        assertThat(right.body()).isEqualTo("{\"matches\":true}");
        assertThat(wrong.body()).isEqualTo("{\"matches\":false}");
        assertThat(missing.body()).isEqualTo("{\"matches\":false}");
        assertThat(
                        send(
                                        taskToken(TASK),
                                        "/internal/webhook-keys/matches",
                                        "POST",
                                        question.formatted("a", "DB_PASSWORD"))
                                .statusCode())
                .isIn(401, 404);
    }

    private HttpResponse<String> match(String question) throws Exception {
        var scheduler =
                new TokenSigner(
                        IdentityKeys.keyFile(keys, "scheduler"),
                        Duration.ofMinutes(1),
                        Clock.systemUTC());
        return send(scheduler.forService(), "/internal/webhook-keys/matches", "POST", question);
    }

    Stream<String> badTokens() {
        var longAgo = Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);
        var good = taskToken(TASK);
        return Stream.of(
                "",
                "nonsense",
                good.substring(0, good.length() - 2) + "xx",
                good.replaceFirst("\\..*\\.", "." + payload("other") + "."),
                tokens(longAgo).issue(TASK),
                userToken("main", Role.ADMIN),
                // what a worker itself has: only the token of a job opens anything
                new TokenSigner(
                                IdentityKeys.keyFile(keys, "worker"),
                                Duration.ofMinutes(1),
                                Clock.systemUTC())
                        .forService(),
                unsigned());
    }

    @ParameterizedTest
    @MethodSource("badTokens")
    void noOtherTokenReads(String token) throws Exception {
        var answer = read(token, "DB_PASSWORD");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain(VALUE);
    }

    @Test
    void usersSeeNamesButNoValues() throws Exception {
        var list = get(userToken("main", Role.VIEWER), "company.data", "/secrets");
        var inherited = get(userToken("main", Role.VIEWER), "company.data", "/inherited-secrets");

        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(list.body()).contains("DB_PASSWORD").doesNotContain(VALUE);
        assertThat(json.readTree(list.body()).get("total").asInt()).isEqualTo(1);
        assertThat(json.readTree(inherited.body()))
                .isEqualTo(json.valueToTree(Map.of("company", List.of("SHARED"))));
    }

    @Test
    void secretsAreGoneThroughByCursorsWhileTheyComeAndGo() throws Exception {
        for (var name : List.of("B", "D", "F", "H", "J")) {
            put("main", "walked", name, "hidden");
        }
        var token = userToken("main", Role.ADMIN);
        var found = new ArrayList<String>();
        boolean changed = false;
        for (var cursor = ""; cursor != null; ) {
            var page = json.readTree(get(token, "walked", "/secrets?size=2" + cursor).body());
            page.get("results").forEach(secret -> found.add(secret.get("key").asString()));
            cursor = page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asString() : null;
            if (!changed) {
                assertThat(page.get("total").asInt()).isEqualTo(5);
                put("main", "walked", "A", "hidden");
                delete("walked", "D");
                put("main", "walked", "G", "hidden");
                delete("walked", "H");
                changed = true;
            }
        }

        assertThat(found).containsExactly("B", "D", "F", "G", "J");
        assertThat(get(token, "walked", "/secrets?cursor=A,B").statusCode()).isEqualTo(422);
        assertThat(get(token, "walked", "/secrets?size=2&page=3").body())
                .contains("\"J\"")
                .doesNotContain("nextCursor");
    }

    @Test
    void usersStayInTheirTenantAndRole() throws Exception {
        var foreign = get(userToken("other", Role.ADMIN), "company.data", "/secrets");
        var viewer =
                putAs(userToken("main", Role.VIEWER), "main", "company", body("NEW_ONE", "value"));
        var task = get(taskToken(TASK), "company.data", "/secrets");

        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(viewer.statusCode()).isEqualTo(403);
        assertThat(task.statusCode()).isEqualTo(401);
    }

    @Test
    void invalidSecretsAreRefusedWithTheirFields() throws Exception {
        var editor = userToken("main", Role.EDITOR);

        var answer = putAs(editor, "main", "company", "{\"key\":\"a b\",\"value\":\"\"}");
        var large = putAs(editor, "main", "company", body("LARGE", "x".repeat(70_000)));
        var noJson = putAs(editor, "main", "company", "{");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("key: must match").contains("value: must not be empty");
        assertThat(large.statusCode()).isEqualTo(422);
        assertThat(noJson.statusCode()).isEqualTo(400);
    }

    @Test
    void everyPutIsANewVersionAndTheTableHoldsCiphertext() throws Exception {
        put("main", "versions", "ROTATED", "first-value");
        put("main", "versions", "ROTATED", "second-value");
        var task = taskToken(new TaskIdentity("main", "versions", "f", "0Exec", null));

        assertThat(read(task, "ROTATED").body()).contains("second-value");
        assertThat(
                        rows(
                                "select version::text from secret_version v join secret s on s.id = secret_id"
                                        + " where name = 'ROTATED' order by 1"))
                .containsExactly("1", "2");
        for (var table : List.of("secret", "secret_version", "data_key")) {
            assertThat(String.join(" ", rows("select t::text from " + table + " t")))
                    .isNotEmpty()
                    .doesNotContain("second-value", VALUE)
                    .doesNotContain(hex("second-value"), hex(VALUE));
        }
    }

    @Test
    void aSecretSaysWhenItsValueOughtToBeReplaced() throws Exception {
        var editor = userToken("main", Role.EDITOR);
        var put =
                putAs(
                        editor,
                        "main",
                        "dates",
                        """
                        {"key": "DUE", "value": "a-value", "rotateEvery": "P90D",
                         "tags": [{"key": "owner", "value": "ops"}]}
                        """);
        var first = json.readTree(put.body()).get(0);
        var rotatedAt = Instant.parse(first.get("rotatedAt").asString());
        assertThat(first.get("rotateEvery").asString()).isEqualTo("P90D");
        assertThat(Instant.parse(first.get("rotateAt").asString()))
                .isEqualTo(rotatedAt.plus(Duration.ofDays(90)));

        // what was answered is what is kept, to the last digit
        var kept = json.readTree(get(editor, "dates", "/secrets").body()).at("/results/0");
        assertThat(kept.get("rotatedAt")).isEqualTo(first.get("rotatedAt"));

        // another value: the date moves, what was said about it stays
        put("main", "dates", "DUE", "another-value");
        var listed = json.readTree(get(editor, "dates", "/secrets").body()).at("/results/0");
        assertThat(listed.get("rotateEvery").asString()).isEqualTo("P90D");
        assertThat(Instant.parse(listed.get("rotatedAt").asString())).isAfter(rotatedAt);
        assertThat(listed.at("/tags/0/value").asString()).isEqualTo("ops");

        // and when something else is said about it
        for (var said : List.of("\"description\":\"of ops\"", "\"rotateEvery\":\"P30D\"")) {
            var patched =
                    send(
                            editor,
                            "/api/v1/main/namespaces/dates/secrets/DUE",
                            "PATCH",
                            "{" + said + "}");
            assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
        }
        var described = json.readTree(get(editor, "dates", "/secrets").body()).at("/results/0");
        assertThat(described.get("description").asString()).isEqualTo("of ops");
        assertThat(described.get("rotateEvery").asString()).isEqualTo("P30D");
        assertThat(described.at("/tags/0/value").asString()).isEqualTo("ops");

        var none =
                putAs(
                        editor,
                        "main",
                        "dates",
                        "{\"key\":\"DUE\",\"value\":\"v\",\"rotateEvery\":\"\"}");
        assertThat(none.statusCode()).isEqualTo(200);
        assertThat(none.body()).doesNotContain("rotateAt\":\"");
        var wrong =
                putAs(
                        editor,
                        "main",
                        "dates",
                        "{\"key\":\"DUE\",\"value\":\"v\",\"rotateEvery\":\"soon\"}");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("rotateEvery: must be from one hour");
    }

    @Test
    void theMasterKeyIsReplacedWhileTheServiceRuns() throws Exception {
        put("main", "master", "KEPT", "kept-value");
        var before = rows("select distinct master_key_id from data_key");
        // nobody can open this one, and it comes first
        execute(
                """
                insert into data_key (id, tenant, master_key_id, wrapped, created_at)
                values ('00000000-0000-0000-0000-000000000001', 'damaged', '%s', '\\x00', now())
                """
                        .formatted(before.getFirst()));
        var file = keys.resolve("master.key");
        var old = Files.readString(file).strip();
        var fresh = new byte[32];
        Arrays.fill(fresh, (byte) 7);

        Files.writeString(file, Base64.getEncoder().encodeToString(fresh) + "\n" + old);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(
                                        rows(
                                                "select distinct master_key_id from data_key"
                                                        + " where tenant <> 'damaged'"))
                                .hasSize(1)
                                .doesNotContainAnyElementsOf(before));
        execute("delete from data_key where tenant = 'damaged'");
        // the old one isn't needed any more
        Files.writeString(file, Base64.getEncoder().encodeToString(fresh));
        var task = taskToken(new TaskIdentity("main", "master", "f", "0Exec", null));
        assertThat(read(task, "KEPT").body()).contains("kept-value");
        put("main", "master", "KEPT", "later-value");
        assertThat(read(task, "KEPT").body()).contains("later-value");
    }

    @Test
    void aDataKeyThatIsTooOldSealsNothingNew() throws Exception {
        put("main", "old", "SEALED", "old-value");
        execute(
                "update data_key set created_at = now() - interval '2 years' where tenant = 'main'");

        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        rows("select 1 from data_key where tenant = 'main' and retired_at is null")
                                .isEmpty());
        put("main", "old", "LATER", "later-value");

        var task = taskToken(new TaskIdentity("main", "old", "f", "0Exec", null));
        assertThat(read(task, "SEALED", "LATER").body()).contains("old-value", "later-value");
        assertThat(
                        rows(
                                "select distinct data_key_id::text from secret_version v"
                                        + " join secret s on s.id = secret_id"
                                        + " where namespace = 'old'"))
                .hasSize(2);
    }

    @Test
    void aRowThatWasMovedIsNotRead(CapturedOutput output) throws Exception {
        put("main", "tamper", "MINE", "my-value");
        put("main", "tamper", "TARGET", "others-value");
        execute(
                """
                update secret_version set sealed =
                  (select sealed from secret_version v join secret s on s.id = v.secret_id
                    where s.name = 'TARGET' and s.namespace = 'tamper')
                where secret_id =
                  (select id from secret where name = 'MINE' and namespace = 'tamper')
                """);

        var answer = read(taskToken(new TaskIdentity("main", "tamper", "f", "0E", 1)), "MINE");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("value");
        assertThat(output.getAll()).doesNotContain("others-value");
    }

    @Test
    void whoReadsWritesAndDeletesIsOnRecord() throws Exception {
        var events = new ArrayList<AuditEvent>();
        var queue = broker.topology(16).auditStoreQueue();
        put("main", "audited", "WATCHED", "watched-value");
        read(taskToken(new TaskIdentity("main", "audited", "f", "0E", 1)), "WATCHED");
        delete("audited", "WATCHED");

        try (var connection = broker.connect();
                var channel = connection.createChannel()) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> {
                        for (var got = channel.basicGet(queue, true);
                                got != null;
                                got = channel.basicGet(queue, true)) {
                            events.addAll(Codec.decode(got.getBody(), AuditBatch.class).events());
                        }
                        assertThat(events)
                                .filteredOn(e -> e.resource().equals("secret/audited/WATCHED"))
                                .extracting(e -> e.action() + " " + e.subject())
                                .containsExactlyInAnyOrder(
                                        "secret.create alice",
                                        "secret.read task:0E-1",
                                        "secret.delete alice");
                    });
        }
        assertThat(events.toString()).doesNotContain("watched-value");
        assertThat(
                        read(
                                        taskToken(
                                                new TaskIdentity("main", "audited", "f", "0E", 1)),
                                        "WATCHED")
                                .statusCode())
                .isEqualTo(404);
    }

    @Test
    void nothingIsLogged(CapturedOutput output) throws Exception {
        put("main", "logged", "QUIET", VALUE);
        read(taskToken(new TaskIdentity("main", "logged", "f", "0E", 1)), "QUIET");
        putAs(userToken("main", Role.EDITOR), "main", "logged", body("b a d", VALUE));

        assertThat(output.getAll()).doesNotContain(VALUE);
    }

    private TaskTokens tokens(Clock clock) {
        return new TaskTokens(keys.resolve("task-token.key"), Duration.ofHours(1), clock);
    }

    private String taskToken(TaskIdentity task) {
        return tokens(Clock.systemUTC()).issue(task);
    }

    private String userToken(String tenant, Role role) {
        var signer =
                new TokenSigner(
                        IdentityKeys.keyFile(keys, "gateway"),
                        Duration.ofMinutes(1),
                        Clock.systemUTC());
        return signer.forCaller(
                new Caller(tenant, "alice", List.of(new Grant(role, ""))), Duration.ofMinutes(1));
    }

    private static String payload(String tenant) {
        return base64(
                "{\"aud\":\"task\",\"exp\":4000000000,\"tenant\":\"%s\",\"namespace\":\"company\","
                                .formatted(tenant)
                        + "\"flow\":\"f\",\"execution\":\"e\"}");
    }

    private static String unsigned() {
        return base64("{\"alg\":\"none\"}") + "." + payload("main") + ".";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static String body(String key, String value) {
        return "{\"key\":\"%s\",\"value\":\"%s\"}".formatted(key, value);
    }

    private void put(String tenant, String namespace, String key, String value) throws Exception {
        var answer = putAs(userToken(tenant, Role.EDITOR), tenant, namespace, body(key, value));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain(value);
    }

    private HttpResponse<String> putAs(String token, String tenant, String namespace, String body)
            throws IOException, InterruptedException {
        return send(
                token, "/api/v1/" + tenant + "/namespaces/" + namespace + "/secrets", "PUT", body);
    }

    private void delete(String namespace, String key) throws Exception {
        var path = "/api/v1/main/namespaces/" + namespace + "/secrets/" + key;
        assertThat(send(userToken("main", Role.EDITOR), path, "DELETE", "").statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<String> get(String token, String namespace, String path)
            throws IOException, InterruptedException {
        return send(token, "/api/v1/main/namespaces/" + namespace + path, "GET", "");
    }

    private HttpResponse<String> read(String token, String... names)
            throws IOException, InterruptedException {
        return post(token, json.writeValueAsString(Map.of("names", names)));
    }

    private HttpResponse<String> post(String token, String body)
            throws IOException, InterruptedException {
        return send(token, "/internal/secrets/read", "POST", body);
    }

    private HttpResponse<String> send(String token, String path, String method, String body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json");
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private List<String> rows(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("set search_path = secrets");
            var rows = new ArrayList<String>();
            try (var result = statement.executeQuery(sql)) {
                while (result.next()) {
                    rows.add(result.getString(1));
                }
            }
            return rows;
        }
    }

    private void execute(String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("set search_path = secrets");
            statement.execute(sql);
        }
    }

    private static String hex(String text) {
        return java.util.HexFormat.of()
                .formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
