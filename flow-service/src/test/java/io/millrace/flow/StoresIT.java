// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Keys and files of namespaces as users and tasks see them over HTTP, on a real database.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoresIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final TestDatabase database = TestDatabase.create();
    private final TestBroker broker = TestBroker.create();
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final Path keys;
    private final Path storage;
    private final ConfigurableApplicationContext service;
    private final String base;
    private final String editor;
    private String namespace = "";

    private record Answer(int status, JsonNode body, HttpResponse<byte[]> response) {
        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }
    }

    StoresIT(@TempDir Path keys, @TempDir Path storage) throws Exception {
        this.keys = keys;
        this.storage = storage;
        IdentityKeys.generate(keys);
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("create schema flow");
        }
        var overrides = new HashMap<String, String>();
        overrides.putAll(database.properties());
        overrides.putAll(broker.properties());
        overrides.putAll(IdentityKeys.properties(keys, "flow"));
        overrides.put("millrace.storage.directory", storage.toString());
        overrides.put("millrace.files.max-file", "10KB");
        overrides.put("millrace.files.max-archive", "20KB");
        overrides.put("millrace.files.settle-every", "PT0.2S");
        overrides.put("millrace.kv.max-value-bytes", "1000");
        overrides.put("millrace.kv.kept-versions", "3");
        overrides.put("server.port", "0");
        service = ServiceLauncher.run(FlowServiceApplication.class, "flow-service", overrides);
        base = "http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port");
        editor = user("main", Role.EDITOR, "");
    }

    @BeforeEach
    void freshNamespace() {
        namespace = "company.n" + UUID.randomUUID().toString().substring(0, 8);
    }

    @AfterAll
    void stop() {
        service.close();
        broker.close();
        database.close();
        http.close();
    }

    // --- keys

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"hello\":\"world\"} | JSON | {\"hello\":\"world\"}",
                "{hello:\"world\"} | JSON | {\"hello\":\"world\"}",
                "[\"hello\",\"world\"] | JSON | [\"hello\",\"world\"]",
                "\"hello\" | STRING | \"hello\"",
                "hello | STRING | \"hello\"",
                "1 | NUMBER | 1",
                "1.0 | NUMBER | 1.0",
                "true | BOOLEAN | true",
                "2021-09-01 | DATE | \"2021-09-01\"",
                "2021-09-01T01:02:03Z | DATETIME | \"2021-09-01T01:02:03Z\"",
                "2021-09-01T03:02:03+02:00 | DATETIME | \"2021-09-01T01:02:03Z\"",
                "\"PT5S\" | DURATION | \"PT5S\"",
            })
    void aValueHasTheTypeOfWhatWasPut(String put, String type, String value) throws Exception {
        assertThat(putKey("my-key", put, Map.of()).status).isEqualTo(200);

        var got = get("/kv/my-key");

        assertThat(got.text()).isEqualTo("{\"type\":\"%s\",\"value\":%s}".formatted(type, value));
    }

    @Test
    void aKeyIsListedWithItsDatesAndDescribedInDetail() throws Exception {
        putKey("a", "1", Map.of("description", "the first", "ttl", "PT5M"));
        putKey("a", "2", Map.of());
        putKey("b", "3", Map.of());

        var list = get("/kv").body;
        var detail = get("/kv/a/detail").body;

        assertThat(list).hasSize(2);
        assertThat(list.get(0).get("key").asString()).isEqualTo("a");
        assertThat(list.get(0).get("version").asInt()).isEqualTo(2);
        assertThat(list.get(0).get("description").asString()).isEqualTo("the first");
        assertThat(list.get(0).has("expirationDate")).isFalse();
        assertThat(detail.get("value").asInt()).isEqualTo(2);
        assertThat(detail.get("revision").asInt()).isEqualTo(2);
        assertThat(detail.get("updated")).isEqualTo(detail.get("updateDate"));
    }

    @Test
    void aDescriptionInTheAddressHasAnyCharacters() throws Exception {
        var described = "価格 – «ü» & 🚂\n" + "格".repeat(980);
        putKey("a", "1", Map.of("description", "the first"));
        putKey(
                "a?description=" + URLEncoder.encode(described, StandardCharsets.UTF_8),
                "2",
                Map.of());

        assertThat(get("/kv/a/detail").body.get("description").asString()).isEqualTo(described);

        putKey("a?description=", "3", Map.of());

        assertThat(get("/kv/a/detail").body.get("description").asString()).isEmpty();
    }

    @Test
    void whatIsMissingOrWronglyNamedIsSaid() throws Exception {
        var missing = get("/kv/my-key");
        var illegal = get("/kv/bad$key");

        assertThat(missing.status).isEqualTo(404);
        assertThat(missing.body.get("message").asString())
                .isEqualTo(
                        "Not Found: No value found for key 'my-key' in namespace '%s'"
                                .formatted(namespace));
        assertThat(illegal.status).isEqualTo(422);
        assertThat(illegal.body.get("message").asString())
                .startsWith("Illegal argument: Key must start with an alphanumeric character");
        assertThat(putKey("k", "{broken", Map.of()).status).isEqualTo(422);
        assertThat(putKey("k", "\"" + "x".repeat(1000) + "\"", Map.of()).status).isEqualTo(413);
        assertThat(putKey("k", "1", Map.of("ttl", "soon")).status).isEqualTo(422);
        assertThat(putKey("k", "1", Map.of("ttl", "PT99999999999999H")).status).isEqualTo(422);
    }

    @Test
    void anExpiredKeyIsGoneAndNotListedAndMayBeSetAgain() throws Exception {
        putKey("brief", "1", Map.of("ttl", "PT0.001S"));

        await().untilAsserted(() -> assertThat(get("/kv/brief").status).isEqualTo(410));

        assertThat(get("/kv/brief").body.get("message").asString())
                .isEqualTo("Resource has expired: The requested value has expired");
        assertThat(get("/kv").body).isEmpty();
        var again =
                task(
                        "kv/write",
                        """
                        {"namespace":"%s","key":"brief","value":2,"overwrite":false,"request":"r"}
                        """
                                .formatted(namespace));
        assertThat(again.status).isEqualTo(200);
    }

    @Test
    void keysAreDeletedAndSaysWhich() throws Exception {
        putKey("a", "1", Map.of());
        putKey("b", "2", Map.of());

        assertThat(send(request("/kv/a", editor).DELETE()).text()).isEqualTo("true");
        assertThat(send(request("/kv/a", editor).DELETE()).text()).isEqualTo("false");
        var bulk =
                send(
                        request("/kv", editor)
                                .header("Content-Type", "application/json")
                                .method(
                                        "DELETE",
                                        BodyPublishers.ofString("{\"keys\":[\"a\",\"b\"]}")));
        assertThat(bulk.text()).isEqualTo("{\"keys\":[\"b\"]}");
    }

    @Test
    void theLastVersionsAreKeptAndPurged() throws Exception {
        for (int i = 1; i <= 5; i++) {
            putKey("k", Integer.toString(i), Map.of());
        }

        var versions = get("/kv/k/versions").body;

        assertThat(versions).hasSize(3);
        assertThat(versions.get(0).get("value").asInt()).isEqualTo(5);
        assertThat(versions.get(2).get("version").asInt()).isEqualTo(3);
        var purged =
                task(
                        "kv/purge-versions",
                        "{\"namespaces\":[\"%s\"],\"includeChildNamespaces\":true}"
                                .formatted(namespace));
        assertThat(purged.body.get("size").asInt()).isEqualTo(2);
        assertThat(get("/kv/k/versions").body).hasSize(1);
    }

    @Test
    void ofManyWhoCreateAKeyOneSucceeds() throws Exception {
        var calls = new ArrayList<Callable<Answer>>();
        for (int i = 0; i < 8; i++) {
            var body =
                    "{\"namespace\":\"%s\",\"key\":\"once\",\"value\":%d,\"overwrite\":false,\"request\":\"r%d\"}"
                            .formatted(namespace, i, i);
            calls.add(() -> task("kv/write", body));
        }

        var answers = together(calls);

        assertThat(answers.stream().filter(a -> a.status == 200)).hasSize(1);
        assertThat(answers.stream().filter(a -> a.status == 409)).hasSize(7);
        var winner = answers.stream().filter(a -> a.status == 200).findFirst().orElseThrow();
        assertThat(winner.body.get("version").asInt()).isEqualTo(1);
    }

    @Test
    void aWriteThatIsSentAgainCountsOnce() throws Exception {
        var body =
                "{\"namespace\":\"%s\",\"key\":\"k\",\"value\":1,\"overwrite\":false,\"request\":\"same\"}"
                        .formatted(namespace);

        var first = task("kv/write", body);
        var again = task("kv/write", body);

        assertThat(first.text()).isEqualTo("{\"version\":1}");
        assertThat(again.text()).isEqualTo("{\"version\":1}");
    }

    @Test
    void ifMatchProtectsWhatSomebodyElseChanged() throws Exception {
        putKey("k", "1", Map.of());
        putKey("k", "2", Map.of());

        assertThat(putKey("k", "3", Map.of("If-Match", "\"1\"")).status).isEqualTo(412);
        assertThat(putKey("k", "3", Map.of("If-Match", "\"2\"")).status).isEqualTo(200);
    }

    @Test
    void aTaskInheritsKeysAndReachesItsOwnHierarchyAlone() throws Exception {
        put("/api/v1/main/namespaces/company/kv/shared-" + namespace, "1");
        put("/api/v1/main/namespaces/" + namespace + ".below/kv/k", "2");
        put("/api/v1/main/namespaces/company2/kv/k", "3");

        var inherited = task("kv/read", "{\"key\":\"shared-%s\"}".formatted(namespace));
        var below = read(namespace + ".below", "k");
        var beside = read("company2", "k");
        var writeAbove =
                task(
                        "kv/write",
                        "{\"namespace\":\"company\",\"key\":\"k\",\"value\":1,\"overwrite\":true,\"request\":\"r\"}");

        assertThat(inherited.body.get("namespace").asString()).isEqualTo("company");
        assertThat(below.body.get("value").asInt()).isEqualTo(2);
        assertThat(beside.status).isEqualTo(403);
        assertThat(writeAbove.status).isEqualTo(403);
        assertThat(get("/kv/inheritance").body.findValuesAsString("key"))
                .contains("shared-" + namespace);
    }

    @Test
    void aPurgeKeepsToWhatTheTaskReaches() throws Exception {
        putKey("AI_one", "1", Map.of());
        putKey("other", "2", Map.of());
        put("/api/v1/main/namespaces/company2/kv/AI_two", "3");

        var purged =
                task(
                        "kv/purge",
                        "{\"includeChildNamespaces\":true,\"names\":\"AI_*\",\"expiredOnly\":false}");

        assertThat(purged.body.get("size").asInt()).isEqualTo(1);
        assertThat(get("/kv").body.findValuesAsString("key")).containsExactly("other");
        assertThat(
                        send(absolute("/api/v1/main/namespaces/company2/kv/AI_two", editor).GET())
                                .status)
                .isEqualTo(200);
    }

    @Test
    void whoMayOnlyLookMayNotChange() throws Exception {
        putKey("k", "1", Map.of());
        var viewer = user("main", Role.VIEWER, namespace);
        var stranger = user("main", Role.EDITOR, "elsewhere");
        var otherTenant = user("other", Role.ADMIN, "");

        assertThat(send(request("/kv/k", viewer).GET()).status).isEqualTo(200);
        assertThat(send(request("/kv/k", viewer).DELETE()).status).isEqualTo(403);
        assertThat(send(request("/kv/k", stranger).GET()).status).isEqualTo(404);
        assertThat(send(request("/kv/k", otherTenant).GET()).status).isEqualTo(404);
        assertThat(send(request("/files?path=a", viewer).DELETE()).status).isEqualTo(403);
        var all = send(absolute("/api/v1/main/kv?size=100", stranger).GET());
        assertThat(all.body.get("total").asInt()).isZero();
    }

    // --- files

    @Test
    void aFileIsWrittenReadListedMovedAndDeleted() throws Exception {
        upload("/scripts/main.py", "print(1)");
        upload("readme.md", "hello");

        assertThat(get("/files?path=/scripts/main.py").text()).isEqualTo("print(1)");
        assertThat(get("/files/search?q=main").text()).isEqualTo("[\"/scripts/main.py\"]");
        var root = get("/files/directory").body;
        assertThat(root.get(0).get("fileName").asString()).isEqualTo("scripts");
        assertThat(root.get(0).get("type").asString()).isEqualTo("Directory");
        assertThat(root.get(1).get("size").asInt()).isEqualTo(5);
        assertThat(get("/files/stats?path=scripts").body.get("type").asString())
                .isEqualTo("Directory");

        var moved =
                send(request("/files?from=/scripts&to=/src", editor).PUT(BodyPublishers.noBody()));

        assertThat(moved.status).isEqualTo(200);
        assertThat(get("/files?path=scripts/main.py").status).isEqualTo(404);
        assertThat(get("/files?path=src/main.py").text()).isEqualTo("print(1)");
        assertThat(atPath("src/main.py")).hasContent("print(1)");
        assertThat(atPath("scripts/main.py")).doesNotExist();
        assertThat(send(request("/files?path=src", editor).DELETE()).status).isEqualTo(200);
        assertThat(atPath("src/main.py")).doesNotExist();
        assertThat(send(request("/files?path=src", editor).DELETE()).status).isEqualTo(404);
    }

    @Test
    void whoHasSeenAnOlderFileDoesNotOverwriteANewerOne() throws Exception {
        upload("seen.txt", "one");
        var seen = get("/files?path=seen.txt").response.headers().firstValue("ETag").orElseThrow();

        var second = uploadIf(seen, "seen.txt", "two");
        var third = uploadIf(seen, "seen.txt", "three");

        assertThat(second.status).isEqualTo(200);
        assertThat(third.status).isEqualTo(412);
        assertThat(third.body.get("type").asString()).isEqualTo("/problems/outdated");
        assertThat(get("/files?path=seen.txt").text()).isEqualTo("two");
        assertThat(uploadIf("\"1\"", "unseen.txt", "one").status).isEqualTo(412);
        assertThat(get("/files?path=unseen.txt").status).isEqualTo(404);
    }

    @Test
    void revisionsStay() throws Exception {
        upload("a.txt", "one");
        upload("a.txt", "two");
        send(request("/files?path=a.txt", editor).DELETE());
        upload("a.txt", "four");

        var revisions = get("/files/revisions?path=a.txt").body;

        assertThat(revisions.findValues("revision").stream().map(JsonNode::asInt))
                .containsExactly(4, 3, 2, 1);
        assertThat(revisions.get(1).get("deleted").asBoolean()).isTrue();
        assertThat(get("/files?path=a.txt&revision=1").text()).isEqualTo("one");
        assertThat(get("/files?path=a.txt&revision=3").status).isEqualTo(404);
        assertThat(get("/files?path=a.txt").text()).isEqualTo("four");
        var purged = task("files/purge", "{\"includeChildNamespaces\":true,\"keepAmount\":2}");
        assertThat(purged.body.get("size").asInt()).isEqualTo(2);
        assertThat(get("/files?path=a.txt&revision=1").status).isEqualTo(404);
        try (var contents = Files.list(atPath("").resolveSibling("_contents"))) {
            assertThat(contents).hasSize(1);
        }
    }

    @Test
    void ofTwoWhoWriteAFileTheLastOnesContentStays() throws Exception {
        var calls = new ArrayList<Callable<Answer>>();
        for (int i = 0; i < 12; i++) {
            var content = "content " + i;
            calls.add(() -> upload("race.txt", content));
        }

        var answers = together(calls);

        assertThat(answers).allMatch(a -> a.status == 200);
        assertThat(get("/files/revisions?path=race.txt").body).hasSize(12);
        assertThat(atPath("race.txt")).hasContent(get("/files?path=race.txt").text());
    }

    @Test
    void whatACrashLeftUndoneIsDone() throws Exception {
        upload("a.txt", "text");
        Files.delete(atPath("a.txt"));
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("set search_path = flow");
            statement.execute(
                    "update namespace_file set placed = 0, updated_at = now() - interval '1 hour'"
                            + " where namespace = '"
                            + namespace
                            + "'");
        }

        await().untilAsserted(() -> assertThat(atPath("a.txt")).hasContent("text"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../up.txt",
                "a/../../b",
                "..",
                ".",
                "a/./b",
                "a\\b",
                "_flows/x.yml",
                "a\u0001b"
            })
    void pathsThatLeadElsewhereAreRefused(String path) throws Exception {
        var encoded = java.net.URLEncoder.encode(path, StandardCharsets.UTF_8);

        assertThat(upload(path, "x").status).isEqualTo(422);
        assertThat(get("/files?path=" + encoded).status).isEqualTo(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil.txt", "/etc/passwd", "a/../../evil", "C:\\evil", "a\\b"})
    void anArchiveThatLeadsOutIsRefusedAsAWhole(String name) throws Exception {
        var answer = uploadZip(Map.of("good.txt", "x", name, "evil"));

        assertThat(answer.status).isEqualTo(422);
        assertThat(get("/files/search?q=").text()).isEqualTo("[]");
        assertThat(atPath("").resolveSibling("_contents"))
                .satisfiesAnyOf(
                        p -> assertThat(p).doesNotExist(), p -> assertThat(p).isEmptyDirectory());
    }

    @Test
    void anArchiveIsUnpackedAndPackedWithItsFlows() throws Exception {
        var flow =
                "id: packed\nnamespace: somewhere\ntasks:\n"
                        + "  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n";

        var answer = uploadZip(Map.of("dir/a.txt", "a", "b.txt", "b", "_flows/packed.yml", flow));

        assertThat(answer.status).isEqualTo(200);
        assertThat(get("/files/search?q=").text()).isEqualTo("[\"/b.txt\",\"/dir/a.txt\"]");
        var exported = new HashMap<String, String>();
        try (var zip =
                new ZipInputStream(
                        new ByteArrayInputStream(get("/files/export").response.body()))) {
            for (var e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                exported.put(e.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertThat(exported).containsEntry("dir/a.txt", "a").containsEntry("b.txt", "b");
        assertThat(exported.get("_flows/packed.yml")).contains("namespace: " + namespace);
    }

    @Test
    void bombsAndWhatIsTooBigAreRefused() throws Exception {
        var zeros = "0".repeat(9_000);

        assertThat(upload("big.txt", "x".repeat(10_241)).status).isEqualTo(413);
        assertThat(uploadZip(Map.of("a", zeros, "b", zeros, "c", zeros)).status).isEqualTo(413);
        assertThat(upload("no.zip", "no archive", "no.zip").status).isEqualTo(422);
        assertThat(get("/files/search?q=").text()).isEqualTo("[]");
    }

    @Test
    void aFileIsNoFolderAndAFolderNoFile() throws Exception {
        upload("a/b.txt", "x");

        assertThat(upload("a", "x").status).isEqualTo(409);
        assertThat(upload("a/b.txt/c", "x").status).isEqualTo(409);
        assertThat(
                        send(request("/files/directory?path=empty/inner", editor)
                                        .POST(BodyPublishers.noBody()))
                                .status)
                .isEqualTo(200);
        assertThat(get("/files/directory?path=empty").body.get(0).get("fileName").asString())
                .isEqualTo("inner");
        assertThat(get("/files/directory?path=empty/inner").body).isEmpty();
    }

    @Test
    void tasksWriteFilesOfTheirNamespace() throws Exception {
        var first = putFile(namespace, "/out.txt", "ERROR", "r1", "one");
        var again = putFile(namespace, "/out.txt", "ERROR", "r1", "one");
        var clash = putFile(namespace, "/out.txt", "ERROR", "r2", "two");
        var skipped = putFile(namespace, "/out.txt", "SKIP", "r3", "three");
        var above = putFile("company", "/out.txt", "OVERWRITE", "r4", "four");

        assertThat(first.text()).isEqualTo("{\"path\":\"out.txt\"}");
        assertThat(again.status).isEqualTo(200);
        assertThat(clash.status).isEqualTo(409);
        assertThat(skipped.status).isEqualTo(200);
        assertThat(above.status).isEqualTo(403);
        assertThat(get("/files?path=out.txt").text()).isEqualTo("one");
        assertThat(get("/files/revisions?path=out.txt").body).hasSize(1);
    }

    @Test
    void formerRevisionsOfFlowsArePurgedUnlessSomethingRunsOnThem() throws Exception {
        for (var message : List.of("one", "two", "three", "four")) {
            var source =
                    "id: old\nnamespace: %s\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: %s}\n"
                            .formatted(namespace, message);
            var path = message.equals("one") ? "" : "/" + namespace + "/old";
            var request =
                    absolute("/api/v1/main/flows" + path, editor)
                            .header("Content-Type", "application/x-yaml");
            var body = BodyPublishers.ofString(source);
            send(message.equals("one") ? request.POST(body) : request.PUT(body));
        }

        var purged =
                task(
                        "flows/purge",
                        """
                        {"range": {"includeChildNamespaces": true},
                         "except": [{"namespace": "%s", "flowId": "old", "revision": 2}]}
                        """
                                .formatted(namespace));

        assertThat(purged.body.get("size").asInt()).isEqualTo(2);
        var left =
                send(
                        absolute("/api/v1/main/flows/%s/old/revisions".formatted(namespace), editor)
                                .GET());
        assertThat(left.body.findValues("revision").stream().map(JsonNode::asInt))
                .containsExactly(2, 4);
    }

    // --- requests

    private Path atPath(String path) {
        return storage.resolve("main")
                .resolve(namespace.replace('.', '/'))
                .resolve("_files")
                .resolve(path);
    }

    private Answer upload(String path, String content) throws Exception {
        return upload(path, content, "file.txt");
    }

    private Answer upload(String path, String content, String fileName) throws Exception {
        return upload(path, content.getBytes(StandardCharsets.UTF_8), fileName);
    }

    private Answer uploadIf(String ifMatch, String path, String content) throws Exception {
        return send(
                form(path, content.getBytes(StandardCharsets.UTF_8), "file.txt")
                        .header("If-Match", ifMatch));
    }

    private Answer upload(String path, byte[] content, String fileName) throws Exception {
        return send(form(path, content, fileName));
    }

    private HttpRequest.Builder form(String path, byte[] content, String fileName)
            throws IOException {
        var boundary = "----boundary";
        var body = new ByteArrayOutputStream();
        var head =
                "--%s\r\nContent-Disposition: form-data; name=\"fileContent\"; filename=\"%s\"\r\n\r\n"
                        .formatted(boundary, fileName);
        body.write(head.getBytes(StandardCharsets.UTF_8));
        body.write(content);
        body.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        var encoded = java.net.URLEncoder.encode(path, StandardCharsets.UTF_8);
        return request("/files?path=" + encoded, editor)
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofByteArray(body.toByteArray()));
    }

    private Answer uploadZip(Map<String, String> entries) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return upload("/", bytes.toByteArray(), "archive.zip");
    }

    private Answer putFile(
            String where, String path, String conflict, String request, String content)
            throws Exception {
        return send(
                absolute(
                                "/internal/tasks/files/content?namespace=%s&path=%s&conflict=%s&request=%s"
                                        .formatted(where, path, conflict, request),
                                taskToken())
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofString(content)));
    }

    private Answer read(String where, String key) throws Exception {
        return task("kv/read", "{\"namespace\":\"%s\",\"key\":\"%s\"}".formatted(where, key));
    }

    private Answer task(String path, String body) throws Exception {
        return send(
                absolute("/internal/tasks/" + path, taskToken())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    private String taskToken() {
        return new TaskTokens(keys.resolve("task-token.key"), MINUTE, Clock.systemUTC())
                .issue(new TaskIdentity("main", namespace, "flow", "exec", null));
    }

    private Answer putKey(String key, String value, Map<String, String> headers) throws Exception {
        var request = request("/kv/" + key, editor).header("Content-Type", "text/plain");
        headers.forEach(request::header);
        return send(request.PUT(BodyPublishers.ofString(value)));
    }

    private void put(String path, String value) throws Exception {
        var answer =
                send(
                        absolute(path, editor)
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString(value)));
        assertThat(answer.status).isEqualTo(200);
    }

    private Answer get(String path) throws Exception {
        return send(request(path, editor).GET());
    }

    private HttpRequest.Builder request(String path, String token) {
        return absolute("/api/v1/main/namespaces/" + namespace + path, token);
    }

    private HttpRequest.Builder absolute(String path, String token) {
        return HttpRequest.newBuilder(URI.create(base + path.replace("$", "%24")))
                .header("Authorization", "Bearer " + token);
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = http.send(request.build(), BodyHandlers.ofByteArray());
        var type = response.headers().firstValue("Content-Type").orElse("");
        var body = type.contains("json") ? json.readTree(response.body()) : json.nullNode();
        return new Answer(response.statusCode(), body, response);
    }

    private static List<Answer> together(List<Callable<Answer>> calls) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Answer>();
            for (var future : executor.invokeAll(calls)) {
                answers.add(future.get());
            }
            return answers;
        }
    }

    private String user(String tenant, Role role, String granted) {
        return new TokenSigner(IdentityKeys.keyFile(keys, "gateway"), MINUTE, Clock.systemUTC())
                .forCaller(new Caller(tenant, "ada", List.of(new Grant(role, granted))), MINUTE);
    }
}
