// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The embedded default as a user meets it: one public port, everything real. Started once; the JVM
/// stops it.
class SuiteIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String YAML = "application/x-yaml";
    private static final String FLOW =
            """
            id: %s
            namespace: company.team
            tasks:
              - id: say
                type: io.kestra.plugin.core.log.Log
                message: hello
            """;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Map<String, String> TOKENS = new HashMap<>();
    private static String server = "";

    @BeforeAll
    static void start() throws IOException {
        server = RunningSuite.server();
    }

    // ---- a first flow

    @Test
    void runsAFlowWithInputsOnAWorkerAndShowsItsLog() {
        save(
                """
                id: greet
                namespace: company.team
                inputs:
                  - id: name
                    type: STRING
                tasks:
                  - id: shell
                    type: io.kestra.plugin.scripts.shell.Script
                    script: |
                      echo "hello {{ inputs.name }}"
                      echo '::{"outputs":{"length":5}}::'
                  - id: report
                    type: io.kestra.plugin.core.log.Log
                    message: "{{ outputs.shell.vars.length }} letters"
                """);

        var ended = run("greet", "name", "world");

        assertThat(state(ended)).isEqualTo("SUCCESS");
        assertThat(messages(ended)).contains("hello world", "5 letters");
    }

    @Test
    void aSecretReachesItsTaskAndNoLog() {
        var answer =
                send(
                        api("/namespaces/company.team/secrets")
                                .header("Content-Type", "application/json")
                                .PUT(text("{\"key\":\"PASS\",\"value\":\"hunter2-hunter2\"}")));
        assertThat(answer.statusCode()).isEqualTo(200);
        save(
                """
                id: secret
                namespace: company.team
                tasks:
                  - id: use
                    type: io.kestra.plugin.scripts.shell.Script
                    env:
                      PASS: "{{ secret('PASS') }}"
                    script: |
                      test "$PASS" = "hunter2-hunter2" && echo "it is $PASS"
                """);

        var ended = run("secret", "ignored", "");

        assertThat(state(ended)).isEqualTo("SUCCESS");
        assertThat(messages(ended)).contains("it is ******");
        assertThat(ended.toString()).doesNotContain("hunter2");
    }

    @Test
    void aTickStartsOneExecution() {
        save(
                FLOW.formatted("ticks")
                        + """
                        triggers:
                          - id: every
                            type: io.kestra.plugin.core.trigger.Schedule
                            cron: "*/2 * * * * *"
                            withSeconds: true
                        """);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(dates("ticks")).hasSizeGreaterThan(2));

        assertThat(dates("ticks")).doesNotHaveDuplicates();
        send(api("/flows/company.team/ticks").DELETE());
    }

    private List<String> dates(String flow) {
        return json(send(
                        api("/executions/search?size=50&namespace=company.team&flowId=" + flow)
                                .GET()))
                .path("results")
                .valueStream()
                .map(e -> e.path("trigger").path("variables").path("date").asString())
                .toList();
    }

    /// The execution-service goes by what it knows of a flow for a moment; whoever has been told
    /// that his change is stored must not notice.
    @Test
    void whatIsStartedAfterAChangeRunsTheChangedFlow() {
        var flow = FLOW.formatted("changing");
        save(flow);
        for (int revision = 2; revision <= 10; revision++) {
            run("changing", "n", "1");
            var answer =
                    send(
                            api("/flows/company.team/changing")
                                    .header("Content-Type", YAML)
                                    .PUT(text(flow + "description: no. " + revision + "\n")));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);

            assertThat(run("changing", "n", "1").path("flowRevision").asInt()).isEqualTo(revision);
        }

        assertThat(send(api("/flows/company.team/changing").DELETE()).statusCode()).isEqualTo(204);
        assertThat(
                        send(api("/executions/company.team/changing")
                                        .POST(HttpRequest.BodyPublishers.noBody()))
                                .statusCode())
                .isEqualTo(404);
    }

    /// Plans are kept; whoever has been told that his settings are stored must not notice.
    @Test
    void whatANamespaceGivesCountsForWhatIsStartedAfterIt() {
        save(
                """
                id: given
                namespace: company.team
                tasks:
                  - id: value
                    type: io.kestra.plugin.core.debug.Return
                  - id: say
                    type: io.kestra.plugin.core.log.Log
                    message: "{{ outputs.value.value }}"
                """);
        for (var region : List.of("eu", "us", "ap")) {
            var settings =
                    """
                    {"id": "company", "variables": {"region": "%s"},
                     "pluginDefaults": [{"type": "io.kestra.plugin.core.debug.Return",
                                         "values": {"format": "in {{ namespace.region }}"}}]}
                    """
                            .formatted(region);
            var answer =
                    send(
                            api("/namespaces/company")
                                    .header("Content-Type", "application/json")
                                    .PUT(text(settings)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);

            assertThat(messages(run("given", "n", "1"))).contains("in " + region);
        }
    }

    // ---- fleets

    /// An inventory, a wave of one, a target that fails, and a restart that runs it alone again.
    @Test
    void aFleetIsGoneThroughInWavesAndGoesOnWithWhatFailed(@TempDir Path outside)
            throws IOException {
        // scripts run as somebody else, if the worker may do that
        outside.toFile().setExecutable(true, false);
        var repaired = outside.resolve("repaired");
        save(
                """
                id: fleet
                namespace: company.team
                tasks:
                  - id: hosts
                    type: io.millrace.plugin.fleet.Inventory
                    from: [web1, web2, web3, db1]
                    hosts: "web*"
                  - id: patch
                    type: io.millrace.flow.Rollout
                    targets: "{{ outputs.hosts.uri }}"
                    waves: [1, 100%%]
                    maxFailures: 50%%
                    tasks:
                      - id: change
                        type: io.kestra.plugin.scripts.shell.Script
                        script: |
                          echo "patching {{ item.name }} in {{ item.wave }} of {{ item.waves }}"
                          [ {{ item.name }} != web2 ] || test -e '%s'
                    healthCheck:
                      - id: look
                        type: io.kestra.plugin.core.log.Log
                        message: "{{ item.failed }} failed after wave {{ item.wave }}"
                  - id: report
                    type: io.kestra.plugin.core.log.Log
                    message: "{{ outputs.patch.succeeded }} of {{ outputs.patch.targets }}, not {{ outputs.patch.failedTargets }}"
                """
                        .formatted(repaired));

        var ended = run("fleet", "n", "1");

        assertThat(state(ended)).isEqualTo("WARNING");
        assertThat(messages(ended))
                .contains(
                        "patching web1 in 1 of 2",
                        "patching web3 in 2 of 2",
                        "0 failed after wave 1",
                        "1 failed after wave 2",
                        "2 of 3, not [\"web2\"]");

        write(repaired);
        var id = ended.path("id").asString();
        json(send(api("/executions/" + id + "/restart").POST(text(""))));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(state(execution(id))).isEqualTo("SUCCESS"));

        assertThat(messages(ended).stream().filter(line -> line.startsWith("patching")))
                .hasSize(4)
                .filteredOn(line -> line.contains("web2"))
                .hasSize(2);
    }

    @Test
    void aTargetIsWorkedOnByOneExecutionAtATime() {
        save(
                """
                id: exclusive
                namespace: company.team
                tasks:
                  - id: fleet
                    type: io.millrace.flow.Rollout
                    targets: [only-one]
                    tasks:
                      - id: hold
                        type: io.kestra.plugin.core.flow.Pause
                """);
        var first = begin("exclusive");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(state(execution(first))).isEqualTo("PAUSED"));
        var second = begin("exclusive");
        var says = "Waits for the lock of only-one, which execution " + first + " has";
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(messages(execution(second))).contains(says));
        assertThat(state(execution(second))).isEqualTo("RUNNING");

        json(send(api("/executions/" + first + "/resume").POST(text(""))));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(state(execution(second))).isEqualTo("PAUSED"));
        json(send(api("/executions/" + second + "/resume").POST(text(""))));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(state(execution(second))).isEqualTo("SUCCESS"));
    }

    private String begin(String flow) {
        return json(send(api("/executions/company.team/" + flow).POST(text(""))))
                .path("id")
                .asString();
    }

    private JsonNode execution(String id) {
        return json(send(api("/executions/" + id).GET()));
    }

    private static void write(Path file) {
        try {
            Files.writeString(file, "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void evaluatesExpressionsThroughTheGateway() {
        var answer =
                send(
                        api("/expressions/render")
                                .header("Content-Type", "application/json")
                                .POST(
                                        text(
                                                "{\"template\":\"{{ a | upper }}\","
                                                        + "\"variables\":{\"a\":\"x\"}}")));

        assertThat(json(answer).path("result").asString()).isEqualTo("X");
    }

    @Test
    void describesItsApi() {
        var answer = send(HttpRequest.newBuilder(URI.create(server + "/api/openapi.json")).GET());

        assertThat(json(answer).path("openapi").asString()).startsWith("3.1");
        assertThat(json(answer).path("paths").propertyNames())
                .anyMatch(path -> path.contains("/executions/"))
                .anyMatch(path -> path.contains("/flows"))
                .noneMatch(path -> path.contains("/internal"));
    }

    // ---- what is malformed

    private record Malformed(String name, HttpRequest.Builder request, int status, String says) {}

    /// Each gets a clear answer, and nothing is half-written.
    @TestFactory
    Stream<DynamicTest> refusesWhatIsMalformed() {
        save(FLOW.formatted("present"));
        save(
                FLOW.formatted("typed")
                        + "inputs:\n  - id: n\n    type: INT\n  - id: day\n    type: DATE\n");
        long flows = total("/flows/search?size=1");
        long executions = total("/executions/search?size=1&namespace=company.team&flowId=typed");
        var cases = malformed();
        return Stream.concat(
                cases.stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c))),
                Stream.of(
                        DynamicTest.dynamicTest(
                                "nothing was written",
                                () -> {
                                    assertThat(total("/flows/search?size=1")).isEqualTo(flows);
                                    assertThat(
                                                    total(
                                                            "/executions/search?size=1"
                                                                    + "&namespace=company.team"
                                                                    + "&flowId=typed"))
                                            .isEqualTo(executions);
                                })));
    }

    private static void check(Malformed malformed) {
        var answer = send(malformed.request());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(malformed.status());
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
        assertThat(answer.body()).contains(malformed.says()).doesNotContain("at io.millrace");
    }

    private List<Malformed> malformed() {
        var flow = FLOW.formatted("bad");
        var token = token("alice");
        return List.of(
                yaml("syntax", "id: bad\nnamespace: [a", "line"),
                yaml("tab for indentation", "id: bad\n\tnamespace: a", "line"),
                yaml("duplicate key", flow + "id: again\n", "line"),
                yaml("unknown property", flow + "taskz: []\n", "taskz"),
                yaml("unknown type", flow.replace("log.Log", "log.Logg"), "log.Log"),
                yaml("no id", flow.replace("id: bad\n", ""), "id"),
                yaml("no tasks", "id: bad\nnamespace: company.team\n", "tasks"),
                yaml("impossible id", flow.replace("id: bad", "id: \"b/../d\""), "id"),
                yaml("reserved namespace", flow.replace("company.team", "Company Team"), "line"),
                yaml(
                        "same task twice",
                        flow + "  - {id: say, type: io.kestra.plugin.core.log.Log, message: x}\n",
                        "Duplicate task id"),
                yaml("wrong type", flow.replace("message: hello", "disabled: [1]"), "line"),
                yaml(
                        "bad cron",
                        flow
                                + "triggers:\n  - {id: t, type:"
                                + " io.kestra.plugin.core.trigger.Schedule, cron: \"61 * * * *\"}\n",
                        "cron"),
                yaml("alias bomb", flow + "labels:\n" + aliases(), "alias"),
                new Malformed(
                        "oversized source",
                        api("/flows")
                                .header("Content-Type", YAML)
                                .POST(text(flow + "description: " + "x".repeat(6_000_000))),
                        413,
                        "at most"),
                new Malformed(
                        "missing inputs",
                        api("/executions/company.team/typed").POST(text("")),
                        422,
                        "missing required input"),
                new Malformed(
                        "ill-typed inputs",
                        api("/executions/company.team/typed")
                                .header("Content-Type", "application/json")
                                .POST(text("{\"n\":\"seven\",\"day\":\"tomorrow\"}")),
                        422,
                        "`n`"),
                new Malformed(
                        "broken JSON",
                        api("/executions/company.team/typed")
                                .header("Content-Type", "application/json")
                                .POST(text("{\"n\":")),
                        400,
                        "JSON"),
                new Malformed(
                        "no such flow",
                        api("/executions/company.team/absent").POST(text("")),
                        404,
                        "absent"),
                new Malformed("page 0", api("/executions/search?page=0").GET(), 422, "page"),
                new Malformed("no token", request("/api/v1/main/flows/search").GET(), 401, "token"),
                bearer("garbage for a token", "garbage", "signed JWT"),
                bearer("unsigned token", unsigned(token), "signed JWT"),
                bearer(
                        "tampered token",
                        token.substring(0, token.length() - 6) + "AAAAAA",
                        "signature"),
                new Malformed(
                        "another tenant",
                        request("/api/v1/other/flows/search")
                                .header("Authorization", "Bearer " + token)
                                .GET(),
                        404,
                        "Not Found"),
                uri("internal path", "/internal/flows/newest", 404),
                uri("encoded traversal", "/api/v1/main/flows/%2e%2e/%2e%2e/internal/claims", 400),
                uri("encoded slash", "/api/v1/main/flows%2fsearch", 400),
                uri("null byte", "/api/v1/main/flows/a%00b", 400),
                uri("path parameter", "/api/v1/main/flows;a=b/search", 400),
                uri("suffix", "/api/v1/main/flows/search.json/x/y/z/.%2e", 400));
    }

    private Malformed yaml(String name, String source, String says) {
        return new Malformed(
                name, api("/flows").header("Content-Type", YAML).POST(text(source)), 422, says);
    }

    private static Malformed bearer(String name, String token, String says) {
        return new Malformed(
                name,
                request("/api/v1/main/flows/search")
                        .header("Authorization", "Bearer " + token)
                        .GET(),
                401,
                says);
    }

    private Malformed uri(String name, String path, int status) {
        return new Malformed(
                name,
                request(path).header("Authorization", "Bearer " + token("alice")).GET(),
                status,
                "\"status\":" + status);
    }

    /// Nine lists, each nine times the one before: 9⁹ elements if they were followed.
    private static String aliases() {
        var text = new StringBuilder("  a0: &a0 [x]\n");
        for (int i = 1; i <= 9; i++) {
            text.append("  a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
        }
        return text.toString();
    }

    /// The same claims, as a token that says it needs no signature.
    private static String unsigned(String token) {
        var header =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        return header + "." + token.split("\\.", -1)[1] + ".";
    }

    // ---- the API

    private void save(String source) {
        var answer = send(api("/flows").header("Content-Type", YAML).POST(text(source)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /// Starts an execution with one input, as a form, and waits for its end.
    private JsonNode run(String flow, String input, String value) {
        var form =
                "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n--b--\r\n"
                        .formatted(input, value);
        var answer =
                send(
                        api("/executions/company.team/" + flow + "?wait=true")
                                .header("Content-Type", "multipart/form-data; boundary=b")
                                .POST(text(form)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static String state(JsonNode execution) {
        return execution.path("state").path("current").asString();
    }

    private List<String> messages(JsonNode execution) {
        return json(send(api("/logs/" + execution.path("id").asString()).GET()))
                .valueStream()
                .map(line -> line.path("message").asString())
                .toList();
    }

    private long total(String path) {
        return json(send(api(path).GET())).path("total").asLong();
    }

    private HttpRequest.Builder api(String path) {
        return request("/api/v1/main" + path).header("Authorization", "Bearer " + token("alice"));
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path)).timeout(Duration.ofMinutes(1));
    }

    private static HttpRequest.BodyPublisher text(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    private static String token(String user) {
        return TOKENS.computeIfAbsent(user, RunningSuite::token);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return JSON.readTree(answer.body());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
