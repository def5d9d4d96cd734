// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.platform.access.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Namespaces that are made what a repository says, on a real database.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TreesIT {
    private static final Logger log = LoggerFactory.getLogger(TreesIT.class);
    private static final int MANY = 450;
    private static final String URL = "https://git.example.com/team/flows.git";

    private final RunningFlowService service;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final JsonMapper json = JsonMapper.shared();
    private final String editor;
    private String namespace = "";

    TreesIT(@TempDir Path keys) throws Exception {
        service = new RunningFlowService(keys);
        editor = service.token(Role.EDITOR, "");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @BeforeEach
    void freshNamespace() {
        namespace = "company.t" + UUID.randomUUID().toString().substring(0, 8);
    }

    private String flow(String id, String message) {
        return "id: %s\nnamespace: %s\ntasks:\n  - id: say\n    type: io.kestra.plugin.core.log.Log\n    message: %s\n"
                .formatted(id, namespace, message);
    }

    private Map<String, String> repository(int flows) {
        var files = new TreeMap<String, String>();
        for (int i = 0; i < flows; i++) {
            files.put("_flows/f%03d.yaml".formatted(i), flow("f%03d".formatted(i), "one"));
        }
        files.put("_files/src/main.py", "print(1)\n");
        files.put(
                "_tests/t.yaml",
                """
                id: t
                namespace: %s
                flowId: f000
                testCases:
                  - id: says
                    type: io.kestra.core.tests.flow.UnitTest
                    assertions:
                      - value: "{{ execution.state }}"
                        equalTo: SUCCESS
                """
                        .formatted(namespace));
        files.put("README.md", "no flow");
        files.put("compose.yaml", "services: {}\n");
        return files;
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private record Answer(int status, JsonNode body) {
        int count(String action) {
            return (int)
                    body.path("changes")
                            .valueStream()
                            .filter(c -> c.path("action").asString().equals(action))
                            .count();
        }
    }

    private Answer sync(Map<String, String> files, String commit, String... options)
            throws Exception {
        var parameters =
                new HashMap<>(
                        Map.of(
                                "namespace", namespace,
                                "children", "true",
                                "mapped", "false",
                                "kinds", "flows,tests,files",
                                "delete", "true",
                                "dryRun", "false",
                                "ignoreInvalid", "false",
                                "managed", "false",
                                "pin", "false",
                                "url", URL));
        parameters.put("branch", "main");
        parameters.put("commit", commit);
        for (var option : options) {
            parameters.put(option, "true");
        }
        var query = new StringBuilder();
        parameters.forEach((key, value) ->
                query.append(query.isEmpty() ? '?' : '&').append(key).append('=').append(value));
        return send(
                request("/internal/tasks/trees" + query, service.taskToken(namespace, "sync"))
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofByteArray(zip(files))));
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(service.url() + path))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "Bearer " + token);
    }

    private Answer get(String path) throws Exception {
        return send(request("/api/v1/main" + path, editor).GET());
    }

    private Answer send(HttpRequest.Builder request) throws Exception {
        var answer = http.send(request.build(), BodyHandlers.ofString());
        boolean isJson = answer.headers().firstValue("Content-Type").orElse("").contains("json");
        return new Answer(
                answer.statusCode(), isJson ? json.readTree(answer.body()) : json.nullNode());
    }

    private Answer save(String id, String source) throws Exception {
        return send(
                request("/api/v1/main/flows/" + namespace + "/" + id, editor)
                        .header("Content-Type", "application/x-yaml")
                        .PUT(BodyPublishers.ofString(source)));
    }

    private Map<String, String> stored() throws Exception {
        var stored = new TreeMap<String, String>();
        get("/flows/" + namespace)
                .body()
                .valueStream()
                .forEach(f ->
                        stored.put(
                                f.path("id").asString(),
                                f.path("tasks").path(0).path("message").asString()));
        return stored;
    }

    @Test
    void manyFlowsArePlannedAppliedChangedRefusedDeletedAndRolledBack() throws Exception {
        var first = repository(MANY);
        long start = System.nanoTime();
        var planned = sync(first, "c1", "dryRun");
        var plan = since(start);
        assertThat(planned.count("create")).as("" + planned.body()).isEqualTo(MANY + 2);
        assertThat(stored()).isEmpty();

        start = System.nanoTime();
        var applied = sync(first, "c1");
        var apply = since(start);
        assertThat(applied.body().path("applied").asBoolean()).isTrue();
        assertThat(stored()).hasSize(MANY);
        assertThat(get("/namespaces/" + namespace + "/files?path=/src/main.py").status())
                .isEqualTo(200);

        var second = new TreeMap<>(first);
        for (int i = 0; i < 10; i++) {
            second.put("_flows/f%03d.yaml".formatted(i), flow("f%03d".formatted(i), "two"));
        }
        start = System.nanoTime();
        var changed = sync(second, "c2");
        var change = since(start);
        assertThat(changed.count("update")).isEqualTo(10);
        assertThat(changed.count("unchanged")).isEqualTo(MANY + 2 - 10);

        var third = new TreeMap<>(second);
        third.put("_flows/f001.yaml", flow("f001", "three"));
        third.put("_flows/f002.yaml", flow("f002", "x").replace("type:", "typ:"));
        start = System.nanoTime();
        var broken = sync(third, "c3");
        var refuse = since(start);
        assertThat(broken.body().path("applied").asBoolean()).isFalse();
        var fault = broken.body().path("faults").path(0);
        assertThat(fault.path("path").asString()).isEqualTo("_flows/f002.yaml");
        assertThat(fault.path("line").asInt()).isPositive();
        assertThat(stored()).containsEntry("f001", "two");

        var fourth = new TreeMap<>(second);
        for (int i = 0; i < 5; i++) {
            fourth.remove("_flows/f%03d.yaml".formatted(MANY - 1 - i));
        }
        start = System.nanoTime();
        assertThat(sync(fourth, "c4").count("delete")).isEqualTo(5);
        var delete = since(start);
        assertThat(stored()).hasSize(MANY - 5);

        start = System.nanoTime();
        var back = sync(first, "c1", "pin");
        var rollBack = since(start);
        assertThat(back.count("create")).isEqualTo(5);
        assertThat(back.count("update")).isEqualTo(10);
        assertThat(stored()).hasSize(MANY).containsEntry("f000", "one");
        assertThat(sync(fourth, "c4").body().path("pinned").asBoolean()).isTrue();
        assertThat(stored()).hasSize(MANY);
        assertThat(
                        send(request("/api/v1/main/git/" + namespace + "/pin", editor).DELETE())
                                .status())
                .isEqualTo(200);
        assertThat(sync(fourth, "c4").body().path("applied").asBoolean()).isTrue();
        log.info(
                "{} flows: plan {} ms, apply {} ms, change ten {} ms, refuse {} ms, delete five"
                        + " {} ms, roll back {} ms",
                MANY,
                plan,
                apply,
                change,
                refuse,
                delete,
                rollBack);
        assertThat(get("/git/" + namespace + "/history").body().valueStream())
                .extracting(s -> s.path("commit").asString() + " " + s.path("outcome").asString())
                .containsExactly(
                        "c4 APPLIED",
                        "c1 APPLIED",
                        "c4 APPLIED",
                        "c3 REFUSED",
                        "c2 APPLIED",
                        "c1 APPLIED");
    }

    private static long since(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    @Test
    void whatIsInvalidAndLeftOutIsNotDeletedForIt() throws Exception {
        sync(repository(4), "c1");
        var broken = repository(4);
        broken.put("_flows/f000.yaml", flow("f000", "two"));
        broken.put("_flows/f001.yaml", flow("f001", "x").replace("type:", "typ:"));
        broken.put("_flows/f002.yaml", flow("f002", "x") + "  - [\n");
        broken.remove("_flows/f003.yaml");
        broken.put("_tests/t.yaml", "id: t\nnamespace: %s\ntestCases: 3\n".formatted(namespace));

        var synced = sync(broken, "c2", "ignoreInvalid");

        assertThat(synced.body().path("applied").asBoolean()).isTrue();
        assertThat(synced.count("skip")).as("" + synced.body()).isEqualTo(3);
        assertThat(stored()).isEqualTo(Map.of("f000", "two", "f001", "one", "f002", "one"));
        assertThat(send(request("/api/v1/main/tests/" + namespace + "/t", editor).GET()).status())
                .isEqualTo(200);

        broken.put("_flows/f002.yaml", "\u0000 nobody knows whose this is");
        broken.remove("_flows/f000.yaml");
        assertThat(sync(broken, "c3", "ignoreInvalid").count("delete")).isZero();
        assertThat(stored()).containsKeys("f000", "f001", "f002");
    }

    @Test
    void aPinThatComesWhileAnotherCommitIsAppliedHolds() throws Exception {
        sync(repository(2), "c1");
        var changed = repository(2);
        changed.put("_flows/f000.yaml", flow("f000", "two"));
        try (var connection = service.database().connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set search_path = flow");
            statement.execute(
                    "select pg_advisory_xact_lock(hashtextextended('main/%s', 11))"
                            .formatted(namespace));
            var running =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return sync(changed, "c2");
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
            await().until(this::somebodyWaits);
            statement.execute(
                    "update tree_state set pinned = true where namespace = '%s'"
                            .formatted(namespace));
            connection.commit();

            assertThat(running.join().body().path("pinned").asBoolean()).isTrue();
        }
        assertThat(stored()).containsEntry("f000", "one");
    }

    @Test
    void whatIsChangedBesideGitIsShownAsDrift() throws Exception {
        sync(repository(3), "c1");
        save("f001", flow("f001", "mine"));
        send(request("/api/v1/main/flows/" + namespace + "/f002", editor).DELETE());
        send(
                request("/api/v1/main/flows", editor)
                        .header("Content-Type", "application/x-yaml")
                        .POST(BodyPublishers.ofString(flow("new", "x"))));

        var drift = get("/git/" + namespace + "/drift");

        assertThat(drift.body().valueStream())
                .extracting(d -> d.path("what").asString() + " " + d.path("id").asString())
                .containsExactlyInAnyOrder("changed f001", "missing f002", "added new");
        sync(repository(3), "c1");
        assertThat(get("/git/" + namespace + "/drift").body()).isEmpty();
    }

    @Test
    void whatGitManagesNobodyElseChanges() throws Exception {
        sync(repository(2), "c1", "managed");

        assertThat(save("f000", flow("f000", "mine")).status()).isEqualTo(409);
        assertThat(
                        send(request("/api/v1/main/flows/" + namespace + "/f000", editor).DELETE())
                                .status())
                .isEqualTo(409);
        assertThat(
                        send(request(
                                                "/api/v1/main/namespaces/"
                                                        + namespace
                                                        + "/files?path=/src/main.py",
                                                editor)
                                        .DELETE())
                                .status())
                .isEqualTo(409);
        assertThat(
                        send(request("/api/v1/main/tests/" + namespace + "/t", editor).DELETE())
                                .status())
                .isEqualTo(409);
        assertThat(sync(repository(3), "c2", "managed").count("create")).isEqualTo(1);
        assertThat(
                        send(request("/api/v1/main/git/" + namespace + "/managed", editor).DELETE())
                                .status())
                .isEqualTo(200);
        assertThat(save("f000", flow("f000", "mine")).status()).isEqualTo(200);
    }

    /// The connection is cut at many moments: what is there is always one commit, whole.
    @Test
    void cutInTheMiddleItIsTheOldOrTheNew() throws Exception {
        var old = repository(60);
        var fresh = new TreeMap<String, String>();
        old.forEach((path, text) -> fresh.put(path, text.replace("one", "two")));
        fresh.put("_files/src/main.py", "print(2)\n");
        sync(old, "c1");
        int cut = 0;

        for (int delay = 0; delay < 400; delay += 40) {
            var running =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return sync(fresh, "c2");
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
            var since = Duration.ofMillis(delay);
            await().pollInterval(Duration.ofMillis(2))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> running.isDone() || hasWrittenFor(since));
            terminateWriters();
            int status = running.join().status();
            var messages = stored().values().stream().distinct().toList();
            assertThat(messages).as("after %d ms", delay).hasSize(1);
            var commit = get("/git/" + namespace).body().path("commit").asString();
            assertThat(commit).isEqualTo(messages.getFirst().equals("one") ? "c1" : "c2");
            if (commit.equals("c1")) {
                cut++;
                assertThat(status).isGreaterThanOrEqualTo(500);
            }
            // connections that were cut may still be in the pool
            await().pollInterval(Duration.ofMillis(50))
                    .untilAsserted(() -> assertThat(sync(old, "c1").status()).isEqualTo(200));
            assertThat(stored().values().stream().distinct()).containsExactly("one");
        }
        log.info("{} of 10 synchronisations were cut before their commit", cut);
    }

    /// Whether a transaction that writes has gone on for that long.
    private boolean hasWrittenFor(Duration time) throws SQLException {
        try (var connection = service.database().connect();
                var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                """
                                select 1 from pg_stat_activity
                                 where datname = current_database() and pid <> pg_backend_pid()
                                   and backend_xid is not null
                                   and clock_timestamp() - xact_start >= interval '%d ms'
                                """
                                        .formatted(time.toMillis()))) {
            return found.next();
        }
    }

    private boolean somebodyWaits() throws SQLException {
        try (var connection = service.database().connect();
                var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                """
                                select count(*) from pg_locks
                                 where locktype = 'advisory' and not granted
                                   and database = (select oid from pg_database
                                                    where datname = current_database())
                                """)) {
            return found.next() && found.getInt(1) > 0;
        }
    }

    private void terminateWriters() throws SQLException {
        try (var connection = service.database().connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity
                     where datname = current_database() and pid <> pg_backend_pid()
                       and backend_xid is not null
                    """);
        }
    }

    @Test
    void aTaskReachesItsOwnNamespaceAlone() throws Exception {
        var own = namespace;
        namespace = "company.elsewhere";
        var files = repository(1);
        namespace = own;

        var outside = sync(files, "c1");
        assertThat(outside.body().path("faults").path(0).path("message").asString())
                .contains("Expected namespace " + own);
        var token = service.taskToken("company.other", "sync");
        var refused =
                send(
                        request("/internal/tasks/trees/flows", token)
                                .header("Content-Type", "application/json")
                                .POST(
                                        BodyPublishers.ofString(
                                                "{\"namespace\":\"%s\",\"children\":true}"
                                                        .formatted(own))));
        assertThat(refused.status()).isEqualTo(403);
    }

    @Test
    void aFlowOfTheSystemsNamespaceAloneKnowsAllOfTheTenant() throws Exception {
        assertThat(sync(Map.of("_flows/a.yaml", flow("a", "one")), "c1").status()).isEqualTo(200);
        var own = namespace;
        namespace = own + ".files";
        assertThat(sync(Map.of("_files/a.txt", "a"), "c1").status()).isEqualTo(200);

        var known = namespaces("system");
        assertThat(known.body().path("namespaces").valueStream().map(JsonNode::asString))
                .contains(own, namespace)
                .doesNotHaveDuplicates();
        var refused = namespaces(own);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().path("detail").asString())
                .contains("flows of namespace 'system'");
    }

    private Answer namespaces(String of) throws Exception {
        return send(
                request("/internal/tasks/trees/namespaces", service.taskToken(of, "sync"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}")));
    }
}
