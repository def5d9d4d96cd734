// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.contracts.AuditBatch;
import io.millrace.contracts.AuditEvent;
import io.millrace.contracts.Codec;
import io.millrace.contracts.EgressChange;
import io.millrace.contracts.EgressRules;
import io.millrace.contracts.FlowChanged;
import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.platform.web.EntityTag;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service as it starts in production, on a real database and broker, seen over HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowServiceIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestDatabase database = TestDatabase.create();
    private final TestBroker broker = TestBroker.create();
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final Path keys;
    private final Map<String, String> settings = new HashMap<>();
    private final ConfigurableApplicationContext service;
    private final String base;
    private final String editor;

    /// Each test has a namespace of its own.
    private String namespace = "";

    private record Answer(int status, JsonNode body, HttpResponse<String> response) {}

    FlowServiceIT(@TempDir Path keys) throws Exception {
        this.keys = keys;
        IdentityKeys.generate(keys, List.of("pay"));
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("create schema flow");
        }
        settings.putAll(database.properties());
        settings.putAll(broker.properties());
        settings.putAll(IdentityKeys.properties(keys, "flow"));
        settings.put("millrace.flows.plugin-defaults[0].type", "io.kestra.plugin.core.log.Log");
        settings.put("millrace.flows.plugin-defaults[0].values.level", "WARN");
        settings.put("millrace.worker-groups.pay.tenants", "bank");
        settings.put("server.port", "0");
        service = ServiceLauncher.run(FlowServiceApplication.class, "flow-service", settings);
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

    @Test
    void sourceIsKeptByteForByte() throws Exception {
        var source = "# é comment \uD83D\uDE80\r\n" + flow("bytes", "hello  \n  # trailing");

        var created = post("", source);

        assertThat(created.status).isEqualTo(200);
        assertThat(created.body.get("source").asString()).isEqualTo(source);
        assertThat(created.body.get("revision").asInt()).isEqualTo(1);
        var read = get("/" + namespace + "/bytes?source=true");
        assertThat(read.body.get("source").asString()).isEqualTo(source);
        assertThat(read.response.headers().firstValue("ETag")).contains("\"1\"");
        assertThat(get("/" + namespace + "/bytes").body.has("source")).isFalse();
    }

    @Test
    void aWorkerOfAGroupIsToldOfTheEgressRulesOfItsTenantsAlone() throws Exception {
        var group = signer("worker.pay").forService();

        assertThat(statusOf("/internal/egress/bank", group)).isEqualTo(200);
        assertThat(statusOf("/internal/egress/main", group)).isEqualTo(404);
        assertThat(statusOf("/internal/egress/main", signer("worker").forService())).isEqualTo(200);
        assertThat(statusOf("/internal/egress/main", signer("execution").forService()))
                .isEqualTo(200);
        assertThat(statusOf("/internal/egress/main", editor)).isEqualTo(404);
    }

    private int statusOf(String path, String token) throws Exception {
        return http.send(request(path, token).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aFlowHasKestrasShape() throws Exception {
        post("", flow("shape", "hello") + "labels:\n  team: data\n");

        var flow = get("/" + namespace + "/shape").body;

        assertThat(flow.get("tenantId").asString()).isEqualTo("main");
        assertThat(flow.get("namespace").asString()).isEqualTo(namespace);
        assertThat(flow.get("deleted").asBoolean()).isFalse();
        assertThat(flow.get("disabled").asBoolean()).isFalse();
        assertThat(flow.get("labels").toString())
                .isEqualTo("[{\"key\":\"team\",\"value\":\"data\"}]");
        assertThat(flow.at("/tasks/0/type").asString()).isEqualTo("io.kestra.plugin.core.log.Log");
    }

    @Test
    void aChangeMakesARevisionAndNoneMakesNone() throws Exception {
        post("", flow("rev", "one"));

        var same = put("/" + namespace + "/rev", flow("rev", "one"));
        var other = put("/" + namespace + "/rev", flow("rev", "two"));

        assertThat(same.body.get("revision").asInt()).isEqualTo(1);
        assertThat(other.body.get("revision").asInt()).isEqualTo(2);
        var revisions = get("/" + namespace + "/rev/revisions").body;
        assertThat(revisions).hasSize(2);
        var first = get("/" + namespace + "/rev?revision=1&source=true").body;
        assertThat(first.get("source").asString()).contains("one");
        assertThat(get("/" + namespace + "/rev?revision=9").status).isEqualTo(404);
    }

    @Test
    void aDeletedFlowKeepsItsRevisionsAndItsNumbers() throws Exception {
        post("", flow("gone", "one"));

        assertThat(delete("/" + namespace + "/gone").status).isEqualTo(204);

        assertThat(get("/" + namespace + "/gone").status).isEqualTo(404);
        var deleted = get("/" + namespace + "/gone?allowDeleted=true").body;
        assertThat(deleted.get("deleted").asBoolean()).isTrue();
        assertThat(delete("/" + namespace + "/gone").status).isEqualTo(404);
        assertThat(put("/" + namespace + "/gone", flow("gone", "two")).status).isEqualTo(404);
        var again = post("", flow("gone", "one"));
        assertThat(again.body.get("revision").asInt()).isEqualTo(3);
        assertThat(get("/" + namespace + "/gone/revisions").body).hasSize(3);
    }

    @Test
    void whatIsThereIsNotCreatedAgain() throws Exception {
        post("", flow("twice", "one"));

        var again = post("", flow("twice", "two"));

        assertThat(again.status).isEqualTo(422);
        assertThat(again.body.get("message").asString()).contains("Flow id already exists");
    }

    @Test
    void namesCannotBeChanged() throws Exception {
        post("", flow("name", "one"));

        var otherId = put("/" + namespace + "/name", flow("name2", "one"));
        var otherNamespace =
                put("/" + namespace + "/name", flow("name", "one").replace(namespace, "other"));

        assertThat(otherId.status).isEqualTo(422);
        assertThat(otherId.body.get("message").asString()).contains("Illegal flow id update");
        assertThat(otherNamespace.status).isEqualTo(422);
        assertThat(otherNamespace.body.get("message").asString())
                .contains("Illegal namespace update");
    }

    @Test
    void ifMatchProtectsWhatSomebodyElseChanged() throws Exception {
        post("", flow("match", "one"));

        var stale = put("/" + namespace + "/match", flow("match", "two"), "\"7\"");
        var fresh = put("/" + namespace + "/match", flow("match", "two"), "\"1\"");

        assertThat(stale.status).isEqualTo(412);
        assertThat(fresh.status).isEqualTo(200);
        assertThat(fresh.response.headers().firstValue("ETag")).contains("\"2\"");
    }

    @Test
    void concurrentChangesBecomeRevisionsInARow() throws Exception {
        post("", flow("race", "zero"));
        var changes = new ArrayList<Callable<Answer>>();
        for (int i = 1; i <= 12; i++) {
            var source = flow("race", "change " + i);
            changes.add(() -> put("/" + namespace + "/race", source));
        }

        var answers = together(changes);

        assertThat(answers).allMatch(a -> a.status == 200);
        assertThat(answers.stream().map(a -> a.body.get("revision").asInt()).sorted())
                .containsExactly(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    }

    @Test
    void oneOfManyCreatesAFlow() throws Exception {
        var attempts = new ArrayList<Callable<Answer>>();
        for (int i = 1; i <= 8; i++) {
            var source = flow("first", "by " + i);
            attempts.add(() -> post("", source));
        }

        var answers = together(attempts);

        assertThat(answers.stream().filter(a -> a.status == 200)).hasSize(1);
        assertThat(answers.stream().filter(a -> a.status == 422)).hasSize(7);
    }

    @Test
    void allProblemsComeWithLineAndColumn() throws Exception {
        var answer =
                post(
                        "",
                        """
                        id: bad
                        namespace: %s
                        taks: []
                        tasks:
                          - id: a
                            type: io.kestra.plugin.core.log.Logg
                            message: x
                          - id: b
                            type: io.kestra.plugin.core.log.Log
                            message: "{{ inputs.x | }}"
                          - id: a
                            type: io.kestra.plugin.core.log.Log
                            message: y
                        """
                                .formatted(namespace));

        assertThat(answer.status).isEqualTo(422);
        assertThat(answer.response.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        var errors = answer.body.get("errors");
        assertThat(errors).hasSize(3);
        assertThat(place(errors, "taks")).isEqualTo("3:1");
        assertThat(place(errors, "tasks[0].type")).isEqualTo("6:11");
        assertThat(place(errors, "tasks[2].id")).isEqualTo("11:9");
        assertThat(answer.body.get("message").asString())
                .contains("Did you mean `io.kestra.plugin.core.log.Log`?")
                .contains("Duplicate task id with name [a]");
        assertThat(get("/" + namespace + "/bad").status).isEqualTo(404);
    }

    @Test
    void validationStoresNothing() throws Exception {
        var answer =
                post("/validate", flow("valid", "x") + "\n---\nid: broken\nnamespace: [a\n---\n");

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.body).hasSize(2);
        assertThat(answer.body.get(0).get("flow").asString()).isEqualTo("valid");
        assertThat(answer.body.get(0).has("constraints")).isFalse();
        assertThat(answer.body.get(1).get("constraints").asString()).contains("Invalid YAML");
        assertThat(answer.body.get(1).at("/errors/0/line").asInt()).isPositive();
        assertThat(get("/" + namespace + "/valid").status).isEqualTo(404);
    }

    @Test
    void faultyExpressionsAreWarnings() throws Exception {
        var answer = post("/validate", flow("warned", "|\n      one\n      {{ inputs.x | }}"));

        assertThat(answer.body.get(0).has("constraints")).isFalse();
        assertThat(answer.body.get(0).get("warnings").toString())
                .contains("tasks[0].message", "(line 8, column 1)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "just text",
                "- a\n- list",
                "id: [unclosed",
                "a: &a [*a]",
                "id: x\nid: y\nnamespace: n\ntasks: []",
                "id: x\nnamespace: n\n\ttasks: []",
                "id: !!java.net.URL x\nnamespace: n",
                "{\"id\": \"x\"",
            })
    void hostileAndBrokenSourcesAreRefused(String source) throws Exception {
        var answer = post("", source);

        assertThat(answer.status).isEqualTo(422);
        assertThat(answer.body.get("errors")).isNotEmpty();
    }

    @Test
    void aliasBombsAndHugeSourcesAreRefused() throws Exception {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append("*a%d, ".formatted(i - 1).repeat(9)).append("x]\n");
        }

        assertThat(post("", bomb.toString()).status).isEqualTo(422);
        assertThat(post("", "[".repeat(50_000)).status).isEqualTo(422);
        assertThat(post("", "#".repeat(1 << 21)).status).isEqualTo(413);
    }

    @Test
    void whatIsNotUtf8IsRefused() throws Exception {
        var request =
                request("/api/v1/main/flows", editor)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {'a', (byte) 0xff}))
                        .build();

        assertThat(send(request).status).isEqualTo(400);
    }

    @Test
    void tenantsDoNotKnowOfEachOther() throws Exception {
        post("", flow("mine", "x"));
        var other = user("other", Role.ADMIN, "");

        var seen = send(request("/api/v1/other/flows/" + namespace + "/mine", other).build());
        var foreign = send(request("/api/v1/main/flows/" + namespace + "/mine", other).build());
        var list = send(request("/api/v1/other/flows/search", other).build());

        assertThat(seen.status).isEqualTo(404);
        assertThat(foreign.status).isEqualTo(404);
        assertThat(list.body.get("total").asInt()).isZero();
    }

    @Test
    void grantsBoundWhatIsSeenAndChanged() throws Exception {
        post("", flow("guarded", "x"));
        var viewer = user("main", Role.VIEWER, namespace);
        var stranger = user("main", Role.ADMIN, "elsewhere");
        var path = "/api/v1/main/flows/" + namespace + "/guarded";

        var delete = request(path, viewer).DELETE().build();
        var strangersDelete = request(path, stranger).DELETE().build();
        var create =
                request("/api/v1/main/flows", stranger)
                        .POST(HttpRequest.BodyPublishers.ofString(flow("new", "x")))
                        .build();

        assertThat(send(request(path, viewer).build()).status).isEqualTo(200);
        assertThat(send(delete).status).isEqualTo(403);
        assertThat(send(request(path, stranger).build()).status).isEqualTo(404);
        assertThat(send(strangersDelete).status).isEqualTo(404);
        assertThat(send(create).status).isEqualTo(404);
        assertThat(
                        send(request("/api/v1/main/flows/search", stranger).build())
                                .body
                                .get("total")
                                .asInt())
                .isZero();
    }

    @Test
    void flowsAreGoneThroughByCursorsWhateverComesMeanwhile() throws Exception {
        for (int i = 0; i < 5; i++) {
            post("", flow("page-" + i, "needle"));
        }
        for (var list : List.of("/search?", "/source?q=needle&")) {
            var all = list + "namespace=" + namespace + "&size=2";
            var found = new ArrayList<String>();
            for (var cursor = ""; cursor != null; ) {
                var page = get(all + cursor).body;
                page.get("results")
                        .forEach(one ->
                                found.add(
                                        (one.has("model") ? one.get("model") : one)
                                                .get("id")
                                                .asString()));
                var next = page.get("nextCursor");
                cursor = next == null ? null : "&cursor=" + next.asString();
                post("", flow("page-0" + found.size() + list.length(), "needle"));
            }

            assertThat(found)
                    .contains("page-0", "page-1", "page-2", "page-3", "page-4")
                    .doesNotHaveDuplicates();
        }
        assertThat(get("/search?cursor=nonsense").status).isEqualTo(422);
        assertThat(get("/search?cursor=a,b&sort=id:asc").status).isEqualTo(422);
        assertThat(get("/search?sort=id:asc&size=1").body.get("nextCursor")).isNull();
    }

    @Test
    void flowsAreFound() throws Exception {
        for (int i = 0; i < 5; i++) {
            post("", flow("found-" + i, "needle" + i) + "labels: {n: \"" + i + "\"}\n");
        }
        post("", flow("child", "x").replace(namespace, namespace + ".below"));

        var page = get("/search?namespace=" + namespace + "&page=2&size=2&sort=id:desc");
        var label = get("/search?labels=n:3&namespace=" + namespace);
        var filter =
                get(
                        "/search?filters%5Bnamespace%5D%5BEQUALS%5D="
                                + namespace
                                + "&filters%5Bq%5D%5BEQUALS%5D=found");
        var source = get("/source?q=NEEDLE4&namespace=" + namespace);

        assertThat(page.body.get("total").asInt()).isEqualTo(6);
        assertThat(page.body.at("/results/0/id").asString()).isEqualTo("found-2");
        assertThat(page.body.get("results")).hasSize(2);
        assertThat(label.body.at("/results/0/id").asString()).isEqualTo("found-3");
        assertThat(label.body.get("total").asInt()).isEqualTo(1);
        assertThat(filter.body.get("total").asInt()).isEqualTo(5);
        assertThat(source.body.at("/results/0/fragments/0").asString())
                .contains("[mark]needle4[/mark]");
        assertThat(get("/" + namespace).body).hasSize(5);
        assertThat(get("/distinct-namespaces?q=" + namespace).body).hasSize(2);
        assertThat(get("/search?sort=password:asc").status).isEqualTo(422);
        assertThat(get("/search?q=%00").status).isEqualTo(422);
        assertThat(get("/search?filters%5Bpassword%5D%5BEQUALS%5D=x").status).isEqualTo(422);
        assertThat(get("/search?labels=nocolon").status).isEqualTo(422);
        var namespaces =
                send(request("/api/v1/main/namespaces/search?q=" + namespace, editor).build());
        assertThat(namespaces.body.get("total").asInt()).isEqualTo(2);
        assertThat(send(request("/api/v1/main/namespaces/company", editor).build()).status)
                .isEqualTo(200);
        assertThat(send(request("/api/v1/main/namespaces/nope", editor).build()).status)
                .isEqualTo(404);
    }

    @Test
    void whichWorkersRunWhatSaysNothingIsInheritedUntilItIsTakenAway() throws Exception {
        post("", flow("grouped", "x").replace(namespace, namespace + ".below"));
        var path = "/internal/flows/main/" + namespace + ".below/grouped/1";

        assertThat(give("{\"key\": \"payments\", \"fallback\": \"FAIL\"}").status).isEqualTo(200);
        var group = send(internal(path).build()).body.get("workerGroup");
        assertThat(group.get("key").asString()).isEqualTo("payments");
        assertThat(group.get("fallback").asString()).isEqualTo("FAIL");
        var below = "/api/v1/main/namespaces/" + namespace + ".below/inherited-rules";
        assertThat(send(request(below, editor).build()).body.at("/workerGroup/key").asString())
                .isEqualTo("payments");

        // whoever doesn't know of it leaves it
        assertThat(give("null").body.at("/workerGroup/key").asString()).isEqualTo("payments");
        assertThat(give("{\"key\": \"no name\"}").status).isEqualTo(422);

        assertThat(give("{}").body.has("workerGroup")).isFalse();
        assertThat(send(internal(path).build()).body.path("workerGroup").isObject()).isFalse();
    }

    private Answer give(String workerGroup) throws Exception {
        return send(
                request("/api/v1/main/namespaces/" + namespace, editor)
                        .header("Content-Type", "application/json")
                        .PUT(
                                body(
                                        "{\"id\": \"%s\", \"workerGroup\": %s}"
                                                .formatted(namespace, workerGroup)))
                        .build());
    }

    @Test
    void blueprintsAreOfTheWholeTenantAndMakeFlows() throws Exception {
        var viewer = user("main", Role.VIEWER, "company");
        var made =
                blueprint(
                        "POST",
                        "flows",
                        editor,
                        Map.of(
                                "title",
                                "Say " + namespace,
                                "tags",
                                List.of("talk", "team"),
                                "source",
                                flow("said", "hello")));

        assertThat(made.status).isEqualTo(200);
        assertThat(made.body.at("/includedTasks/0").asString())
                .isEqualTo("io.kestra.plugin.core.log.Log");
        var id = made.body.get("id").asString();
        assertThat(blueprint("GET", "custom/" + id, viewer, null).body).isEqualTo(made.body);
        var page = blueprint("GET", "custom?tags=talk&q=" + namespace, viewer, null).body;
        assertThat(page.get("total").asInt()).isEqualTo(1);
        assertThat(page.at("/results/0/id").asString()).isEqualTo(id);
        assertThat(page.at("/results/0/source").isMissingNode()).isTrue();
        assertThat(
                        blueprint("GET", "custom?tags=talk,other", viewer, null)
                                .body
                                .get("total")
                                .asInt())
                .isZero();
        var used = blueprint("POST", "flows/" + id + "/use-template", viewer, Map.of());
        assertThat(used.body.get("generatedFlowSource").asString())
                .isEqualTo(flow("said", "hello"));

        assertThat(blueprint("POST", "flows", viewer, Map.of("title", "t")).status).isEqualTo(403);
        var ofOneNamespace = user("main", Role.EDITOR, "company");
        assertThat(blueprint("DELETE", "flows/" + id, ofOneNamespace, null).status).isEqualTo(403);
        assertThat(blueprint("GET", "flows/" + id, user("other", Role.ADMIN, ""), null).status)
                .isEqualTo(404);
        var wrong =
                blueprint(
                        "PUT",
                        "flows/" + id,
                        editor,
                        Map.of(
                                "title",
                                "Say it",
                                "source",
                                flow("said", "hello").replace("message:", "massage:")));
        assertThat(wrong.status).isEqualTo(422);
        assertThat(wrong.response.body()).contains("massage");
        assertThat(blueprint("DELETE", "custom/" + id, editor, null).status).isEqualTo(204);
        assertThat(blueprint("GET", "flow/" + id, editor, null).status).isEqualTo(404);
    }

    @Test
    void whoHasSeenAnOlderBlueprintDoesNotOverwriteANewerOne() throws Exception {
        var made = blueprint("POST", "flows", editor, titled("one"));
        var path = "flows/" + made.body.get("id").asString();
        var seen = made.response.headers().firstValue("ETag").orElseThrow();

        var first = putBlueprint(path, titled("two"), seen);
        var second = putBlueprint(path, titled("three"), seen);

        assertThat(first.status).isEqualTo(200);
        assertThat(second.status).isEqualTo(412);
        assertThat(second.body.get("type").asString()).isEqualTo("/problems/outdated");
        var present = blueprint("GET", path, editor, null);
        assertThat(present.body.get("title").asString()).isEqualTo("two");
        assertThat(present.response.headers().firstValue("ETag"))
                .isEqualTo(first.response.headers().firstValue("ETag"));
    }

    private Map<String, String> titled(String title) {
        return Map.of("title", title, "source", flow("seen", "hello"));
    }

    private Answer putBlueprint(String path, Map<String, ?> asked, String ifMatch)
            throws Exception {
        return send(
                request("/api/v1/main/blueprints/" + path, editor)
                        .header("Content-Type", "application/json")
                        .header("If-Match", ifMatch)
                        .PUT(body(json.writeValueAsString(asked)))
                        .build());
    }

    private Answer blueprint(
            String method, String path, String token, @Nullable Map<String, ?> asked)
            throws Exception {
        return send(
                request("/api/v1/main/blueprints/" + path, token)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                asked == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : body(json.writeValueAsString(asked)))
                        .build());
    }

    @Test
    void listsShowTheTreeThatIsKeptBesideTheSource() throws Exception {
        post("", flow("kept", "x") + "description: first\n");
        put("/" + namespace + "/kept", flow("kept", "x") + "description: second\n");
        assertThat(listed("true").get("description").asString()).isEqualTo("second");

        // a list that reads sources doesn't see this
        change(
                "update flow.flow_revision"
                        + " set document = replace(document::text, 'second', 'third')::json"
                        + " where namespace = '%s' and revision = 2".formatted(namespace));

        assertThat(listed("true").get("description").asString()).isEqualTo("third");
        assertThat(listed("false").get("description").asString()).isEqualTo("third");
    }

    @Test
    void aListWithoutTasksHasWhatAListShows() throws Exception {
        post(
                "",
                flow("brief", "x")
                        + """
                        description: what it does
                        labels: {team: a}
                        inputs: [{id: name, type: STRING}]
                        variables: {large: [1, 2, 3]}
                        errors: [{id: tell, type: io.kestra.plugin.core.log.Log, message: failed}]
                        triggers:
                          - {id: daily, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily'}
                        """);

        var brief = listed("false");

        assertThat(brief.propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "namespace",
                        "revision",
                        "description",
                        "labels",
                        "triggers",
                        "tenantId",
                        "disabled",
                        "deleted",
                        "updated");
        assertThat(brief.at("/triggers/0").propertyNames()).containsExactly("id", "type");
        assertThat(listed("true").propertyNames())
                .contains("tasks", "errors", "inputs", "variables");
        assertThat(listed("true").at("/triggers/0/cron").asString()).isEqualTo("@daily");
        // clients that know nothing of it get all
        assertThat(get("/search?namespace=" + namespace).body.at("/results/0"))
                .isEqualTo(listed("true"));
    }

    @Test
    void dependenciesAreThoseThatAreKeptBesideTheSources() throws Exception {
        post("", flow("base", "x"));
        post("", flow("other", "x"));
        post(
                "",
                """
                id: starter
                namespace: %1$s
                tasks:
                  - {id: go, type: io.kestra.plugin.core.flow.Subflow, namespace: %1$s, flowId: base}
                """
                        .formatted(namespace));
        // who reads sources doesn't see this
        change(
                "update flow.flow_revision"
                        + " set links = replace(links::text, '\"base\"', '\"other\"')::json"
                        + " where namespace = '%s' and id = 'starter'".formatted(namespace));

        assertThat(edges()).containsExactly("starter > other");
    }

    @Test
    void dependenciesOfWhatAnOlderVersionHasStoredAreReadFromItsSource() throws Exception {
        post("", flow("base", "x"));
        post(
                "",
                """
                id: starter
                namespace: %1$s
                tasks:
                  - {id: go, type: io.kestra.plugin.core.flow.Subflow, namespace: %1$s, flowId: base}
                triggers:
                  - id: after
                    type: io.kestra.plugin.core.trigger.Flow
                    conditions:
                      - type: io.kestra.plugin.core.condition.ExecutionFlow
                        namespace: %1$s
                        flowId: base
                """
                        .formatted(namespace));
        change(
                "update flow.flow_revision set links = null where namespace = '%s'"
                        .formatted(namespace));

        assertThat(edges()).containsExactlyInAnyOrder("starter > base", "base > starter");
    }

    /// Which flow of the namespace leads to which.
    private List<String> edges() throws Exception {
        var names = new HashMap<String, String>();
        var found =
                send(request("/api/v1/main/namespaces/" + namespace + "/dependencies", editor)
                                .GET()
                                .build())
                        .body;
        found.get("nodes")
                .forEach(node -> names.put(node.get("uid").asString(), node.get("id").asString()));
        return found.get("edges")
                .valueStream()
                .map(edge ->
                        names.get(edge.get("source").asString())
                                + " > "
                                + names.get(edge.get("target").asString()))
                .toList();
    }

    @Test
    void whatAnOlderVersionHasStoredIsShownAloneAndKeptAtTheNextStart() throws Exception {
        post(
                "",
                flow("older", "x")
                        + """
                        labels: [{key: b, value: "2"}, {key: a, value: 1}]
                        triggers:
                          - {id: daily, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily'}
                        variables:
                          numbers: [1, -0, 0x1F, 12345678901234567890, 1.10, 1e300, .nan, -.inf]
                          others: [null, ~, true, "yes", yes, 2024-05-01, "\\u0001\\U0001F680", {}, []]
                          nested: {z: {y: [{x: w}]}, a: ""}
                        """);
        var document = listed("true");
        var summary = listed("false");
        var counted = count();

        change(
                "update flow.flow_revision set document = null, links = null where namespace = '%s'"
                        .formatted(namespace));

        assertThat(listed("true")).isEqualTo(document);
        assertThat(listed("false")).isEqualTo(summary);
        assertThat(count()).isEqualTo(counted).isEqualTo(1);
        try (var _ = ServiceLauncher.run(FlowServiceApplication.class, "flow-service", settings)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(storedWithoutTree()).isEqualTo(0));
        }
        assertThat(listed("true")).isEqualTo(document);
    }

    /// The one flow of the namespace.
    private JsonNode listed(String tasks) throws Exception {
        return get("/search?namespace=" + namespace + "&tasks=" + tasks).body.at("/results/0");
    }

    private int count() throws Exception {
        return summary().get("triggers").asInt();
    }

    private void change(String sql) throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    private int storedWithoutTree() throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select count(*) from flow.flow_revision"
                                        + " where (document is null or links is null)"
                                        + " and namespace = '%s'".formatted(namespace))) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private JsonNode summary() throws Exception {
        return send(request("/api/v1/main/stats/summary", editor)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"namespace\":\"" + namespace + "\"}"))
                        .build())
                .body;
    }

    @Test
    void summaryCountsFlowsAndTriggersOfANamespaceAndThoseBelowIt() throws Exception {
        var hook =
                "triggers:\n  - {id: a, type: io.kestra.plugin.core.trigger.Webhook, key: k}\n"
                        + "  - {id: b, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily'}\n";
        post("", flow("plain", "x"));
        post("", flow("hooked", "x").replace(namespace, namespace + ".below") + hook);
        post("", flow("elsewhere", "x").replace(namespace, namespace + "x") + hook);

        var summary = summary();

        assertThat(summary.get("flows").asInt()).isEqualTo(2);
        assertThat(summary.get("triggers").asInt()).isEqualTo(2);
    }

    @Test
    void aNamespaceIsReplacedAsAWhole() throws Exception {
        post("", flow("old", "x"));
        post("", flow("kept", "x"));

        var refused = post("/" + namespace, flow("new", "x") + "\n---\nid: broken\n");
        var done = post("/" + namespace, flow("new", "x") + "\n---\n" + flow("kept", "y"));

        assertThat(refused.status).isEqualTo(422);
        assertThat(done.status).isEqualTo(200);
        assertThat(done.body).as("what was deleted, and what was saved").hasSize(3);
        var ids = new ArrayList<String>();
        get("/" + namespace).body.forEach(f -> ids.add(f.get("id").asString()));
        assertThat(ids).containsExactly("kept", "new");
    }

    @Test
    void manyFlowsAreDeletedTogetherOrNotAtAll() throws Exception {
        post("", flow("one", "x"));
        post("", flow("two", "x"));

        var refused = deleteByIds("one", "none");
        var left = get("/" + namespace).body;
        var done = deleteByIds("one", "two");

        assertThat(refused.status).isEqualTo(404);
        assertThat(left).hasSize(2);
        assertThat(done.body.get("count").asInt()).isEqualTo(2);
        assertThat(get("/" + namespace).body).isEmpty();
    }

    private Answer deleteByIds(String... ids) throws Exception {
        var named = Stream.of(ids).map(id -> Map.of("namespace", namespace, "id", id)).toList();
        return send(
                request("/api/v1/main/flows/delete/by-ids", editor)
                        .header("Content-Type", "application/json")
                        .method("DELETE", body(json.writeValueAsString(named)))
                        .build());
    }

    @Test
    void sourcesAreExported() throws Exception {
        post("", flow("exported", "x"));
        var request =
                request("/api/v1/main/flows/export/by-query?namespace=" + namespace, editor)
                        .build();

        var archive = http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();

        try (var zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo(namespace + "-exported.yml");
            assertThat(new String(zip.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(flow("exported", "x"));
        }
    }

    @Test
    void flowsAreExportedAsLinesOfValues() throws Exception {
        post("", flow("listed", "x") + "description: \"=1+1, a sum\"\nlabels: {team: data}\n");
        var request =
                request("/api/v1/main/flows/export/by-query/csv?namespace=" + namespace, editor)
                        .build();

        var csv = http.send(request, HttpResponse.BodyHandlers.ofString()).body();

        assertThat(csv.split("\r\n"))
                .hasSize(2)
                .satisfies(
                        lines -> assertThat(lines[0]).startsWith("id,namespace,revision,"),
                        lines ->
                                assertThat(lines[1])
                                        .startsWith(
                                                "listed,%s,1,\"'=1+1, a sum\",team:data,false,0,"
                                                        .formatted(namespace)));
    }

    @Test
    void taskIsReplacedWhereItStands() throws Exception {
        post("", flow("patched", "one # not a comment") + "# the end\n");

        var changed = patch("/patched/hello", "hello", "two");
        var otherId = patch("/patched/hello", "other", "two");
        var unknown = patch("/patched/other", "other", "two");

        assertThat(changed.status).isEqualTo(200);
        assertThat(changed.body.get("revision").asInt()).isEqualTo(2);
        assertThat(changed.body.get("source").asString())
                .contains("message: two\n", "# the end\n")
                .doesNotContain("not a comment");
        assertThat(otherId.status).isEqualTo(422);
        assertThat(unknown.status).isEqualTo(404);
        assertThat(patch("/nowhere/hello", "hello", "two").status).isEqualTo(404);
    }

    private Answer patch(String path, String id, String message) throws Exception {
        var task = Map.of("id", id, "type", "io.kestra.plugin.core.log.Log", "message", message);
        return send(
                request("/api/v1/main/flows/" + namespace + path, editor)
                        .header("Content-Type", "application/json")
                        .method("PATCH", body(json.writeValueAsString(task)))
                        .build());
    }

    @Test
    void whoMayRunFlowsIsToldOfThem() throws Exception {
        post("", flow("runnable", "secret recipe"));
        var path = "/api/v1/main/executions/namespaces";

        var namespaces = send(request(path, editor).build()).body;
        var flows = send(request(path + "/" + namespace + "/flows", editor).build());

        assertThat(namespaces.toString()).contains('"' + namespace + '"');
        assertThat(flows.body.get(0).get("id").asString()).isEqualTo("runnable");
        assertThat(flows.body.get(0).get("tasks").get(0).get("id").asString()).isEqualTo("hello");
        assertThat(flows.response.body()).doesNotContain("secret recipe");
    }

    @Test
    void replacedNamespaceSaysWhatItHasLost() throws Exception {
        post("/" + namespace, flow("a", "x") + "---\n" + flow("b", "x"));

        var replaced =
                send(
                        request("/api/v1/main/flows/" + namespace, editor)
                                .header("Content-Type", "application/json")
                                .POST(
                                        body(
                                                """
                                                [{"id": "c", "namespace": "%s", "tasks": [{"id": "t",
                                                "type": "io.kestra.plugin.core.log.Log",
                                                "message": "a\\nb"}]}]
                                                """
                                                        .formatted(namespace)))
                                .build());

        assertThat(replaced.body.valueStream().map(f -> f.get("id").asString()))
                .containsExactly("a", "b", "c");
        assertThat(replaced.body.valueStream().map(f -> f.get("deleted").asBoolean()))
                .containsExactly(true, true, false);
        assertThat(replaced.body.get(2).get("source").asString())
                .contains("    message: |-\n      a\n      b\n");
    }

    @Test
    void documentsAreToldApartWithoutLinesBetweenThem() throws Exception {
        var one = flow("a", "x") + "disabled: false---\n" + flow("b", "x") + "disabled: false---";

        var saved = post("/" + namespace, one + flow("c", "x"));

        assertThat(saved.body).hasSize(3);
    }

    @Test
    void aTaskIsFoundWhereverItIs() throws Exception {
        post(
                "",
                """
                id: nested
                namespace: %s
                tasks:
                  - id: outer
                    type: io.kestra.plugin.core.flow.Sequential
                    tasks:
                      - id: inner
                        type: io.kestra.plugin.core.log.Log
                        message: hi
                """
                        .formatted(namespace));

        var task = get("/" + namespace + "/nested/tasks/inner");

        assertThat(task.body.get("message").asString()).isEqualTo("hi");
        assertThat(get("/" + namespace + "/nested/tasks/none").status).isEqualTo(404);
    }

    @Test
    void otherServicesAskForNewestRevisions() throws Exception {
        post("", flow("newest", "one"));
        put("/" + namespace + "/newest", flow("newest", "two") + "disabled: true\n");
        post("", flow("dead", "x"));
        delete("/" + namespace + "/dead");
        var ask =
                json.writeValueAsString(
                        List.of(
                                key("main", "nothing"),
                                key("main", "newest"),
                                key("other", "newest"),
                                key("main", "dead"),
                                key("main", "newest")));

        var answer =
                send(
                        internal("/internal/flows/newest")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(ask))
                                .build());

        var newest = "{\"revision\":2,\"disabled\":true}";
        assertThat(answer.response.body())
                .isEqualTo("[null," + newest + ",null,null," + newest + "]");
        var revision =
                send(internal("/internal/flows/main/" + namespace + "/newest/1").build()).body;
        assertThat(revision.get("source").asString()).isEqualTo(flow("newest", "one"));
        assertThat(revision.at("/pluginDefaults/0/values/level").asString()).isEqualTo("WARN");
        var missing = internal("/internal/flows/main/" + namespace + "/newest/9").build();
        assertThat(send(missing).status).isEqualTo(404);
        var all =
                send(
                        internal("/internal/flows?afterTenant=main&afterNamespace=" + namespace)
                                .build());
        assertThat(all.body.get(0).get("revision").asInt()).isEqualTo(2);
        assertThat(send(request("/internal/flows", editor).build()).status).isEqualTo(404);
    }

    @Test
    void whatChangedSinceAnAnswerIsTold() throws Exception {
        post("", flow("seen", "x"));
        var next = "0";
        for (boolean more = true; more; ) {
            var page = send(internal("/internal/flows/changes?limit=2&since=" + next).build()).body;
            next = page.get("next").asString();
            more = page.get("more").asBoolean();
        }

        post("", flow("unseen", "x"));
        delete("/" + namespace + "/seen");

        var changes =
                send(internal("/internal/flows/changes?since=" + next).build()).body.get("changes");
        var told = new HashMap<String, Boolean>();
        changes.forEach(c -> told.put(c.get("id").asString(), c.get("deleted").asBoolean()));
        assertThat(told).containsEntry("unseen", false).containsEntry("seen", true);
    }

    @Test
    void changesAreAnnouncedAndAudited() throws Exception {
        var topology = broker.topology(16);
        try (var connection = broker.connect()) {
            var channel = connection.createChannel();
            var queue = channel.queueDeclare().getQueue();
            channel.queueBind(queue, topology.flowsExchange(), "main." + namespace + ".#");
            var auditQueue = channel.queueDeclare().getQueue();
            channel.queueBind(auditQueue, topology.auditExchange(), "main");

            post("", flow("told", "x"));
            put("/" + namespace + "/told", flow("told", "x"));
            delete("/" + namespace + "/told");

            var events = new ArrayList<FlowChanged>();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> {
                        var message = channel.basicGet(queue, true);
                        if (message != null) {
                            events.add(Codec.decode(message.getBody(), FlowChanged.class));
                        }
                        assertThat(events).hasSize(2);
                    });
            assertThat(events.get(0).event()).isEqualTo("saved");
            assertThat(events.get(0).revision()).isEqualTo(1);
            assertThat(events.get(0).source()).isEqualTo(flow("told", "x"));
            assertThat(events.get(1).event()).isEqualTo("deleted");
            assertThat(events.get(1).source()).isNull();
            var actions = new ArrayList<String>();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> {
                        var message = channel.basicGet(auditQueue, true);
                        if (message != null) {
                            Codec.decode(message.getBody(), AuditBatch.class).events().stream()
                                    .filter(e -> e.resource().contains(namespace))
                                    .forEach(e -> actions.add(e.action()));
                        }
                        assertThat(actions).contains("flow.create", "flow.delete");
                    });
        }
    }

    @Test
    void aChangeOfEgressRulesIsRecordedInItsTransactionAndOverwritesNoOthers() throws Exception {
        var topology = broker.topology(16);
        var tenant = "egress-" + namespace.substring(namespace.lastIndexOf('.') + 1);
        var path = "/internal/egress/" + tenant;
        var first = new EgressRules(List.of("10.0.0.0/8"), null, null);
        var second = new EgressRules(null, List.of("8.8.8.8"), null);
        try (var connection = broker.connect()) {
            var channel = connection.createChannel();
            var queue = channel.queueDeclare().getQueue();
            channel.queueBind(queue, topology.auditExchange(), tenant);

            assertThat(egress(path, first, EntityTag.of(EgressRules.NONE))).isEqualTo(204);
            assertThat(egress(path, second, EntityTag.of(EgressRules.NONE))).isEqualTo(412);
            assertThat(egress(path, new EgressRules(List.of("10.0.0.0/99"), null, null), null))
                    .isEqualTo(422);
            assertThat(egress(path, second, EntityTag.of(first))).isEqualTo(204);

            var rules = send(request(path, signer("gateway").forService()).build()).body;
            assertThat(rules.get("deny").toString()).isEqualTo("[\"8.8.8.8\"]");
            assertThat(rules.get("allow")).isEmpty();
            var events = new ArrayList<AuditEvent>();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> {
                        var message = channel.basicGet(queue, true);
                        if (message != null) {
                            events.addAll(
                                    Codec.decode(message.getBody(), AuditBatch.class).events());
                        }
                        assertThat(events).hasSize(2);
                    });
            assertThat(events)
                    .allSatisfy(event -> {
                        assertThat(event.action()).isEqualTo("egress.update");
                        assertThat(event.subject()).isEqualTo("oda");
                        assertThat(event.tokenId()).isEqualTo("token-1");
                        assertThat(event.address()).isEqualTo("192.0.2.1");
                    });
            assertThat(events.getFirst().details().toString()).contains("10.0.0.0/8");
        }
    }

    private int egress(String path, EgressRules rules, @Nullable String ifMatch) throws Exception {
        var change = new EgressChange(rules, "oda", "token-1", "192.0.2.1", ifMatch);
        var request =
                request(path, signer("gateway").forService())
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(Codec.encode(change)));
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    // --- test suites

    @Test
    void aTestSuiteIsKeptAsItIsAndShownInKestrasShape() throws Exception {
        var source = suite("kept", "hello") + "# trailing\n";

        var created = tests("POST", "", source);

        assertThat(created.status).as(created.body.toString()).isEqualTo(200);
        var read = tests("GET", "/" + namespace + "/kept", "").body;
        assertThat(read).isEqualTo(created.body);
        assertThat(read.get("source").asString()).isEqualTo(source);
        assertThat(read.get("flowId").asString()).isEqualTo("hello");
        assertThat(read.get("disabled").asBoolean()).isFalse();
        var test = read.at("/testCases/0");
        assertThat(test.get("type").asString()).isEqualTo("io.kestra.core.tests.flow.UnitTest");
        assertThat(test.at("/fixtures/inputs").toString()).isEqualTo("{\"name\":\"you\"}");
        assertThat(test.at("/fixtures/tasks/0/id").asString()).isEqualTo("hello");
        assertThat(test.at("/assertions/0/equalTo").asString()).isEqualTo("200");
        assertThat(test.at("/assertions/0/in").asString()).isEqualTo("[1,200]");
    }

    @Test
    void aTestSuiteIsChangedAndDeleted() throws Exception {
        tests("POST", "", suite("changing", "hello"));

        var again = tests("POST", "", suite("changing", "hello"));
        var other = tests("PUT", "/" + namespace + "/changing", suite("renamed", "hello"));
        var changed = tests("PUT", "/" + namespace + "/changing", suite("changing", "world"));
        var deleted = tests("DELETE", "/" + namespace + "/changing", "");

        assertThat(again.status).isEqualTo(422);
        assertThat(other.status).isEqualTo(422);
        assertThat(changed.body.get("flowId").asString()).isEqualTo("world");
        assertThat(deleted.status).isEqualTo(200);
        assertThat(tests("GET", "/" + namespace + "/changing", "").status).isEqualTo(404);
        assertThat(tests("DELETE", "/" + namespace + "/changing", "").status).isEqualTo(404);
    }

    @Test
    void allThatIsWrongWithATestSuiteIsSaidWithItsPlace() throws Exception {
        var nothing = "id: none\nnamespace: " + namespace + "\n";

        var checked = tests("POST", "/validate", nothing).body;

        assertThat(checked.get("constraints").asString().lines())
                .containsExactlyInAnyOrder(
                        "testCases: must not be empty", "flowId: must not be null");
        assertThat(checked.at("/errors/0/line").asInt()).isPositive();
        assertThat(tests("POST", "", nothing).status).isEqualTo(422);
        var unknownFlow = tests("POST", "/validate", suite("unknown", "no_such_flow")).body;
        assertThat(unknownFlow.has("constraints")).isFalse();
        assertThat(unknownFlow.get("warnings")).hasSize(1);
    }

    @Test
    void fixturesOfTasksThatTheFlowDoesNotHaveAreSaidBeforeAnyTestIsRun() throws Exception {
        post("", flow("tested", "x"));
        var fits = suite("fitting", "tested");
        var doesNot = fits.replace("id: hello", "id: gone");

        var fitting = tests("POST", "/validate", fits).body;
        var warned = tests("POST", "/validate", doesNot).body;

        assertThat(fitting.get("warnings")).isEmpty();
        assertThat(warned.at("/warnings/0").asString())
                .isEqualTo(
                        "Expected a task `gone` in the flow %s.tested, which a fixture of `first` is for, but there is none"
                                .formatted(namespace));
        assertThat(tests("POST", "", doesNot).status).isEqualTo(200);
    }

    @Test
    void testSuitesAreFoundByFlowAndNamespaceAndSwitchedOff() throws Exception {
        tests("POST", "", suite("one", "hello"));
        tests("POST", "", suite("two", "hello"));
        tests("POST", "", suite("three", "world"));
        var ids = "{\"ids\": [{\"namespace\": \"%s\", \"id\": \"one\"}]}".formatted(namespace);

        var ofFlow = tests("GET", "/search?flowId=hello&sort=id:desc&namespace=" + namespace, "");
        var all = tests("GET", "/search?namespace=company&size=1000", "");
        var alone = tests("GET", "/search?namespace=company&includeChildNamespaces=false", "");
        var off = testsJson("POST", "/disable/by-ids", ids);

        assertThat(ofFlow.body.at("/results/0/id").asString()).isEqualTo("two");
        assertThat(ofFlow.body.get("total").asInt()).isEqualTo(2);
        assertThat(all.body.get("total").asInt()).isGreaterThanOrEqualTo(3);
        assertThat(alone.body.get("total").asInt()).isZero();
        assertThat(off.body.get("count").asInt()).isEqualTo(1);
        var switchedOff = tests("GET", "/" + namespace + "/one", "").body;
        assertThat(switchedOff.get("disabled").asBoolean()).isTrue();
        assertThat(switchedOff.get("source").asString()).contains("disabled: true");
        testsJson("POST", "/enable/by-ids", ids);
        assertThat(tests("GET", "/" + namespace + "/one", "").body.get("disabled").asBoolean())
                .isFalse();
        testsJson("DELETE", "/by-ids", ids);
        assertThat(tests("GET", "/" + namespace + "/one", "").status).isEqualTo(404);
    }

    @Test
    void whoHasSeenAnOlderTestSuiteDoesNotOverwriteANewerOne() throws Exception {
        var path = "/" + namespace + "/seen";
        var made = tests("POST", "", suite("seen", "hello"));
        var seen = made.response.headers().firstValue("ETag").orElseThrow();
        var changed = suite("seen", "hello").replace("you", "me");

        var first = putSuite(path, changed, seen);
        var second = putSuite(path, suite("seen", "hello").replace("you", "him"), seen);

        assertThat(first.status).isEqualTo(200);
        assertThat(first.response.headers().firstValue("ETag")).isNotEqualTo(Optional.of(seen));
        assertThat(second.status).isEqualTo(412);
        assertThat(second.body.get("type").asString()).isEqualTo("/problems/outdated");
        assertThat(tests("GET", path, "").body.get("source").asString()).isEqualTo(changed);
    }

    @Test
    void whoHasSeenOlderPluginDefaultsDoesNotOverwriteNewerOnes() throws Exception {
        var path = "/api/v1/main/namespaces";
        var settings =
                "{\"id\": \"%s\", \"description\": \"kept\", \"variables\": {\"a\": 1}}"
                        .formatted(namespace);
        var made =
                send(
                        request(path, editor)
                                .header("Content-Type", "application/json")
                                .POST(body(settings))
                                .build());
        assertThat(made.status).as(made.toString()).isEqualTo(200);
        var seen = made.response.headers().firstValue("ETag").orElseThrow();

        var first = importDefaults(seen, "INFO");
        var second = importDefaults(seen, "WARN");
        var third =
                importDefaults(first.response.headers().firstValue("ETag").orElseThrow(), "ERROR");

        assertThat(first.status).isEqualTo(200);
        assertThat(second.status).isEqualTo(412);
        assertThat(third.status).isEqualTo(200);
        var now = send(request(path + "/" + namespace, editor).build()).body;
        assertThat(now.at("/pluginDefaults/0/values/level").asString()).isEqualTo("ERROR");
        assertThat(now.get("description").asString()).isEqualTo("kept");
        assertThat(now.at("/variables/a").asInt()).isEqualTo(1);
    }

    private Answer importDefaults(String ifMatch, String level) throws Exception {
        var file =
                """
                --b\r
                Content-Disposition: form-data; name="fileUpload"; filename="defaults.yaml"\r
                \r
                - type: io.kestra.plugin.core.log.Log
                  values: {level: %s}
                \r
                --b--\r
                """
                        .formatted(level);
        return send(
                request("/api/v1/main/namespaces/" + namespace + "/plugindefaults/import", editor)
                        .header("Content-Type", "multipart/form-data; boundary=b")
                        .header("If-Match", ifMatch)
                        .POST(body(file))
                        .build());
    }

    private Answer putSuite(String path, String source, String ifMatch) throws Exception {
        return send(
                request("/api/v1/main/tests" + path, editor)
                        .header("Content-Type", "application/x-yaml")
                        .header("If-Match", ifMatch)
                        .PUT(body(source))
                        .build());
    }

    @Test
    void testSuitesAreReadAndWrittenByThoseWhoMay() throws Exception {
        tests("POST", "", suite("mine", "hello"));
        var path = "/api/v1/main/tests/" + namespace + "/mine";
        var viewer = user("main", Role.VIEWER, namespace);
        var stranger = user("main", Role.EDITOR, "elsewhere");
        var otherTenant = user("other", Role.ADMIN, "");

        assertThat(send(request(path, viewer).build()).status).isEqualTo(200);
        assertThat(send(request(path, viewer).DELETE().build()).status).isEqualTo(403);
        assertThat(send(request(path, stranger).build()).status).isEqualTo(404);
        assertThat(send(request(path.replace("/main/", "/other/"), otherTenant).build()).status)
                .isEqualTo(404);
        var question =
                "{\"tenant\": \"%s\", \"all\": true, \"prefixes\": [], \"namespace\": \"%s\", \"children\": false}";
        var inTenant =
                internal("/internal/tests")
                        .header("Content-Type", "application/json")
                        .POST(body(question.formatted("main", namespace)));
        var elsewhere =
                internal("/internal/tests")
                        .header("Content-Type", "application/json")
                        .POST(body(question.formatted("other", namespace)));
        assertThat(send(inTenant.build()).body).hasSize(1);
        assertThat(send(elsewhere.build()).body).isEmpty();
    }

    @Test
    void testSuitesAreFoundByTheirIdAndTheirFlow() throws Exception {
        tests("POST", "", suite("orders_tests", "orders"));
        tests("POST", "", suite("more", "orders"));
        tests("POST", "", suite("mine", "hello"));

        assertThat(suitesFoundBy("ORDERS")).containsExactly("more", "orders_tests");
        assertThat(suitesFoundBy("ine")).containsExactly("mine");
        assertThat(suitesFoundBy("%")).isEmpty();
    }

    private List<String> suitesFoundBy(String text) throws Exception {
        var asked =
                "?namespace=" + namespace + "&q=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
        var found = send(request("/api/v1/main/tests/search" + asked, editor).build());
        assertThat(found.body.get("total").asInt()).isEqualTo(found.body.get("results").size());
        return found.body.get("results").valueStream().map(s -> s.get("id").asString()).toList();
    }

    private String suite(String id, String flow) {
        return """
        id: %s
        namespace: %s
        flowId: %s
        testCases:
          - id: first
            type: io.kestra.core.tests.flow.UnitTest
            fixtures:
              inputs: {name: you}
              tasks:
                - id: hello
                  outputs: {code: 200}
            assertions:
              - value: "{{ outputs.hello.code }}"
                equalTo: 200
                in: [1, 200]
        """
                .formatted(id, namespace, flow);
    }

    private Answer tests(String method, String path, String source) throws Exception {
        return send(
                request("/api/v1/main/tests" + path, editor)
                        .header("Content-Type", "application/x-yaml")
                        .method(method, body(source))
                        .build());
    }

    private Answer testsJson(String method, String path, String body) throws Exception {
        return send(
                request("/api/v1/main/tests" + path, editor)
                        .header("Content-Type", "application/json")
                        .method(method, body(body))
                        .build());
    }

    private static String place(JsonNode errors, String field) {
        for (var error : errors) {
            if (error.get("field").asString().equals(field)) {
                return error.get("line") + ":" + error.get("column");
            }
        }
        throw new AssertionError("Expected an error of " + field + " but got " + errors);
    }

    private Map<String, String> key(String tenant, String id) {
        return Map.of("tenant", tenant, "namespace", namespace, "id", id);
    }

    private String flow(String id, String message) {
        return """
        id: %s
        namespace: %s
        tasks:
          - id: hello
            type: io.kestra.plugin.core.log.Log
            message: %s
        """
                .formatted(id, namespace, message);
    }

    private List<Answer> together(List<Callable<Answer>> calls) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Answer>();
            for (var future : executor.invokeAll(calls)) {
                answers.add(future.get());
            }
            return answers;
        }
    }

    private Answer get(String path) throws Exception {
        return send(request("/api/v1/main/flows" + path, editor).build());
    }

    private Answer post(String path, String source) throws Exception {
        return send(
                request("/api/v1/main/flows" + path, editor)
                        .header("Content-Type", "application/x-yaml")
                        .POST(body(source))
                        .build());
    }

    private Answer put(String path, String source) throws Exception {
        return put(path, source, "*");
    }

    private Answer put(String path, String source, String ifMatch) throws Exception {
        return send(
                request("/api/v1/main/flows" + path, editor)
                        .header("Content-Type", "application/x-yaml")
                        .header("If-Match", ifMatch)
                        .PUT(body(source))
                        .build());
    }

    private Answer delete(String path) throws Exception {
        return send(request("/api/v1/main/flows" + path, editor).DELETE().build());
    }

    private static HttpRequest.BodyPublisher body(String source) {
        return HttpRequest.BodyPublishers.ofString(source, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + token);
    }

    private HttpRequest.Builder internal(String path) {
        return request(path, signer("execution").forService());
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        var response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), json.readTree(response.body()), response);
    }

    private String user(String tenant, Role role, String granted) {
        return signer("gateway")
                .forCaller(new Caller(tenant, "ada", List.of(new Grant(role, granted))), MINUTE);
    }

    private TokenSigner signer(String issuer) {
        return new TokenSigner(IdentityKeys.keyFile(keys, issuer), MINUTE, Clock.systemUTC());
    }
}
