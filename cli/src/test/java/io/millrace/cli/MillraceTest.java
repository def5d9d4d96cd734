// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands against a server that answers as Millrace's published API does.
@SuppressWarnings("NullAway.Init") // set before each test
class MillraceTest {
    private static final String FLOW = "id: nightly\nnamespace: company.team\ntasks: []\n";
    private static final String SAVED = "{\"revision\": 3}";

    @TempDir Path directory;

    private HttpServer server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void itSaysWhichVersionItIs() {
        assertThat(run("--version")).isZero();
        assertThat(run("flow", "apply", "--version")).isZero();
        assertThat(out.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("millrace "));
    }

    @Test
    void aNewFlowIsPosted() throws IOException {
        answer("/api/v1/main/flows/company.team/nightly", 404, "{}");
        answer("/api/v1/main/flows", 200, SAVED);

        assertThat(run("flow", "apply", flow(FLOW))).isZero();

        assertThat(requests)
                .containsExactly(
                        "GET /api/v1/main/flows/company.team/nightly",
                        "POST /api/v1/main/flows " + FLOW);
        assertThat(out).hasToString("company.team.nightly revision 3\n");
    }

    @Test
    void aKnownFlowIsPut() throws IOException {
        answer("/api/v1/main/flows/company.team/nightly", 200, SAVED);

        assertThat(run("flow", "apply", flow(FLOW))).isZero();

        assertThat(requests)
                .last()
                .isEqualTo("PUT /api/v1/main/flows/company.team/nightly " + FLOW);
    }

    @Test
    void whatIsWrongWithAFlowIsPrintedLineByLine() throws IOException {
        answer("/api/v1/main/flows/company.team/nightly", 404, "{}");
        answer(
                "/api/v1/main/flows",
                422,
                """
                {"detail": "Invalid flow", "_embedded": {"errors": [
                  {"message": "3:1 unknown property taskz"}, {"message": "4:1 no tasks"}]}}
                """);

        assertThat(run("flow", "apply", flow(FLOW))).isEqualTo(1);

        assertThat(err)
                .hasToString(
                        """
                        POST /api/v1/main/flows: 422 Invalid flow
                          3:1 unknown property taskz
                          4:1 no tasks
                        """);
    }

    @Test
    void nothingIsSentIfOneOfTheFilesIsNoFlow() throws IOException {
        assertThat(run("flow", "apply", flow(FLOW), flow("id: alone\n"))).isEqualTo(1);

        assertThat(requests).isEmpty();
        assertThat(err.toString()).startsWith("Expected a flow with id and namespace in ");
    }

    @Test
    void inputsAreSentAsForm() {
        answer("/api/v1/main/executions/company.team/nightly", 200, "{\"id\": \"e1\"}");

        assertThat(run("run", "company.team", "nightly", "-i", "region=us", "-i", "n=a=b"))
                .isZero();

        assertThat(requests).hasSize(1);
        assertThat(requests.getFirst())
                .contains("name=\"region\"\r\n\r\nus\r\n")
                .contains("name=\"n\"\r\n\r\na=b\r\n");
        assertThat(out).hasToString("execution e1\n");
    }

    @Test
    void anInputThatTheFlowDoesNotHaveStartsNothing() {
        answer(
                "/api/v1/main/flows/company.team/nightly",
                200,
                "{\"inputs\": [{\"id\": \"region\"}, {\"id\": \"count\"}]}");
        answer("/api/v1/main/executions/company.team/nightly", 200, "{\"id\": \"e1\"}");

        assertThat(run("run", "company.team", "nightly", "-i", "regoin=us", "-i", "x=1"))
                .isEqualTo(2);
        assertThat(requests).containsExactly("GET /api/v1/main/flows/company.team/nightly");
        assertThat(err)
                .hasToString(
                        """
                        Expected an input of company.team.nightly but got `regoin`. Did you mean `region`?
                        Expected an input of company.team.nightly but got `x`
                        Its inputs are region, count.
                        """);

        assertThat(run("run", "company.team", "nightly", "-i", "region=us")).isZero();
    }

    @Test
    void whoMayStartAFlowAndNotReadItIsNotHeldUp() {
        answer("/api/v1/main/flows/company.team/nightly", 403, "{}");
        answer("/api/v1/main/executions/company.team/nightly", 200, "{\"id\": \"e1\"}");

        assertThat(run("run", "company.team", "nightly", "-i", "region=us")).isZero();
    }

    @Test
    void aBackfillTakesNoInputThatTheFlowDoesNotHave() {
        answer("/api/v1/main/flows/company.team/nightly", 200, "{}");
        answer("/api/v1/main/triggers", 200, "{}");

        assertThat(
                        run(
                                "backfill",
                                "create",
                                "company.team",
                                "nightly",
                                "daily",
                                "--start",
                                "2026-01-01T00:00:00Z",
                                "-i",
                                "region=us"))
                .isEqualTo(2);

        assertThat(requests).hasSize(1);
        assertThat(err.toString()).contains("The flow has no inputs.");
    }

    @Test
    void programsReadALogThatIsFollowedLineByLine() {
        answer("/api/v1/main/logs/e1/follow", 503, "{}");
        answer(
                "/api/v1/main/logs/e1",
                200,
                "[{\"level\": \"INFO\", \"message\": \"one\"},"
                        + " {\"level\": \"INFO\", \"message\": \"two\"}]");
        answer(
                "/api/v1/main/executions/e1/follow",
                200,
                "data: {\"state\": {\"current\": \"SUCCESS\"}}\n\n");

        assertThat(run("logs", "e1", "-f", "-o", "json")).isZero();

        assertThat(out)
                .hasToString(
                        """
                        {"level":"INFO","message":"one"}
                        {"level":"INFO","message":"two"}
                        """);
    }

    @Test
    void followingPrintsEachLineOnceAndEndsAsTheExecutionDoes() {
        var line =
                """
                {"timestamp": "2026-01-02T03:04:05.678Z", "level": "INFO", "taskId": "greet",
                 "taskRunId": "e1-0", "message": "Hello"}
                """
                        .replace("\n", "");
        answer("/api/v1/main/executions/company.team/nightly", 200, "{\"id\": \"e1\"}");
        answer("/api/v1/main/logs/e1/follow", 200, "data: " + line + "\n\n");
        answer("/api/v1/main/logs/e1", 200, "[" + line + "]");
        answer(
                "/api/v1/main/executions/e1/follow",
                200,
                """
                data: {"state": {"current": "RUNNING"}}

                data: {"state": {"current": "FAILED"}}

                """);

        assertThat(run("run", "company.team", "nightly", "--follow")).isEqualTo(1);

        assertThat(out).hasToString("execution e1\n03:04:05.678 INFO  greet  Hello\nFAILED\n");
    }

    @Test
    void aStreamThatBreaksIsMadeUpForByAsking() {
        answer("/api/v1/main/executions/company.team/nightly", 200, "{\"id\": \"e1\"}");
        answer("/api/v1/main/logs/e1/follow", 503, "{}");
        answer("/api/v1/main/executions/e1/follow", 503, "{}");
        answer("/api/v1/main/executions/e1", 200, "{\"state\": {\"current\": \"SUCCESS\"}}");
        answer("/api/v1/main/logs/e1", 200, "[]");

        assertThat(run("run", "company.team", "nightly", "--follow")).isZero();

        assertThat(out).hasToString("execution e1\nSUCCESS\n");
    }

    @Test
    void theTokenOfADevelopmentUserComesFromTheIssuer() throws IOException {
        Files.createDirectories(directory.resolve("dev-issuer"));
        Files.writeString(directory.resolve("dev-issuer/bob.password"), "secret\n");
        answer("/dev-issuer/oauth2/token", 200, "{\"access_token\": \"abc\"}");
        var environment = Map.of("MILLRACE_URL", url(), "MILLRACE_DATA", directory.toString());

        assertThat(run(environment, "token", "bob")).isZero();

        assertThat(requests)
                .containsExactly("POST /dev-issuer/oauth2/token grant_type=client_credentials");
        assertThat(out).hasToString("abc\n");
    }

    @Test
    void aTokenOfOnesOwnIsMadeWithItsBoundsAndPrintedAlone() {
        answer(
                "/api/v1/main/me/api-tokens",
                201,
                "{\"id\": \"t1\", \"name\": \"ci\", \"fullToken\": \"mlr_t1_secret\"}");

        assertThat(
                        run(
                                "token",
                                "create",
                                "ci",
                                "--expires-in",
                                "P30D",
                                "--namespace",
                                "company.team",
                                "--permission",
                                "FLOW_READ,EXECUTION_CREATE"))
                .isZero();

        assertThat(requests)
                .containsExactly(
                        "POST /api/v1/main/me/api-tokens "
                                + "{\"name\":\"ci\",\"maxAge\":\"P30D\","
                                + "\"namespace\":\"company.team\","
                                + "\"permissions\":[\"FLOW_READ\",\"EXECUTION_CREATE\"]}");
        assertThat(out).hasToString("mlr_t1_secret\n");
    }

    @Test
    void withoutAServerTheUserIsToldWhatToDo() {
        server.stop(0);

        assertThat(run("run", "company.team", "nightly")).isEqualTo(5);

        assertThat(err.toString()).contains("is Millrace running? (./millrace up)");
    }

    @Test
    void applyChecksAllThenSavesInOneRequestAndPrunes() throws IOException {
        var other = "id: other\nnamespace: company.team\ntasks: []\n";
        Files.writeString(directory.resolve("a.yaml"), FLOW + "---\n" + other);
        Files.writeString(directory.resolve("values.yaml"), "some: values\n");
        answer("/api/v1/main/flows/validate", 200, "[{\"errors\": []}]");
        answer("/api/v1/main/flows/company.team/nightly", 200, "{\"source\": \"old\"}");
        answer(
                "/api/v1/main/flows/search",
                200,
                """
                {"results": [{"namespace": "company.team", "id": "other"},
                  {"namespace": "company.team", "id": "gone"},
                  {"namespace": "company.team.below", "id": "kept"}]}
                """);
        answer("/api/v1/main/tests/search", 200, "{\"results\": []}");
        answer("/api/v1/main/flows/bulk", 200, "[]");
        answer("/api/v1/main/flows/company.team/gone", 204, "");

        assertThat(run("apply", "-f", directory.toString(), "--prune")).as(err.toString()).isZero();

        assertThat(requests).contains("DELETE /api/v1/main/flows/company.team/gone");
        assertThat(requests)
                .filteredOn(request -> request.contains("/flows/bulk"))
                .singleElement()
                .asString()
                .contains("id: nightly", "\n---\n", "id: other");
        assertThat(out.toString())
                .contains("update     flow company.team/nightly")
                .contains("create     flow company.team/other")
                .contains("delete     flow company.team/gone")
                .contains("1 created, 1 updated, 1 deleted")
                .doesNotContain("kept");
    }

    @Test
    void nothingIsAppliedIfTheServerFindsAMistakeAnywhere() throws IOException {
        answer(
                "/api/v1/main/flows/validate",
                200,
                """
                [{"errors": [{"field": "tasks", "message": "must not be empty", "line": 3,
                  "column": 8}], "constraints": "tasks: must not be empty"}]
                """);
        var file = flow(FLOW);

        assertThat(run("apply", "-f", file)).isEqualTo(1);

        assertThat(requests).hasSize(1);
        assertThat(err).hasToString(file + ":3:8: tasks: must not be empty\nNothing is applied.\n");
    }

    @Test
    void whoAsksWhoHeIsReadsHisRoles() {
        answer(
                "/api/v1/main/me",
                200,
                """
                {"subject": "alice", "groups": ["a", "b"], "grants": [
                  {"role": "ADMIN", "namespace": "", "permissions": ["FLOW_READ"]},
                  {"role": "VIEWER", "namespace": "company", "permissions": ["FLOW_READ"]}]}
                """);

        assertThat(run("whoami")).isZero();

        assertThat(out.toString())
                .containsPattern("GRANTS +ADMIN, VIEWER of company\n")
                .containsPattern("GROUPS +a, b\n");
    }

    @Test
    void whoMayDoNothingInATenantIsToldSo() {
        assertThat(run("whoami")).isEqualTo(4);

        assertThat(err.toString()).contains("may do nothing in tenant main", "MILLRACE_TENANT");
    }

    @Test
    void allThatIsWrongInADirectoryIsToldBeforeAnythingIsApplied() throws IOException {
        answer(
                "/api/v1/main/flows/validate",
                200,
                "[{\"errors\": [{\"field\": \"tasks\", \"message\": \"none\", \"line\": 3}]}]");
        Files.writeString(directory.resolve("a.yaml"), "id: [\n");
        Files.writeString(directory.resolve("b.yaml"), FLOW);
        Files.writeString(directory.resolve("c.yaml"), "id: {\n");

        assertThat(run("apply", "-f", directory.toString())).isEqualTo(1);

        assertThat(err.toString().lines())
                .hasSize(4)
                .satisfiesExactly(
                        line -> assertThat(line).contains("a.yaml:2:1: This isn't YAML"),
                        line -> assertThat(line).contains("c.yaml:2:1: This isn't YAML"),
                        line -> assertThat(line).contains("b.yaml:3:1: tasks: none"),
                        line -> assertThat(line).isEqualTo("Nothing is applied."));
        assertThat(requests).hasSize(1);

        assertThat(run("diff", "-f", directory.toString())).isEqualTo(1);
        assertThat(err.toString().lines().filter(line -> line.contains("This isn't YAML")))
                .hasSize(4);
    }

    @Test
    void aKeyThatIsNotThereIsNotDeleted() {
        answer("/api/v1/main/namespaces/company/kv/gone", 200, "false");
        answer("/api/v1/main/namespaces/company/kv/here", 200, "true");

        assertThat(run("kv", "delete", "company", "here")).isZero();
        assertThat(run("kv", "delete", "company", "gone")).isEqualTo(3);

        assertThat(err).hasToString("There is no key gone in company\n");
    }

    @Test
    void whatIsWrongIsSaidOnce() {
        answer(
                "/api/v1/main/executions/search",
                422,
                """
                {"detail": "no state NOSUCH",
                 "_embedded": {"errors": [{"message": "state: no state NOSUCH"}]}}
                """);

        assertThat(run("get", "executions", "--state", "NOSUCH")).isEqualTo(1);

        assertThat(err).hasToString("GET /api/v1/main/executions/search: 422 no state NOSUCH\n");
    }

    @Test
    void listsAreGoneThroughByCursorsWhereTheyHaveThem() {
        var asked = new ArrayList<String>();
        server.createContext(
                "/api/v1/main/namespaces/search",
                exchange -> {
                    var query = exchange.getRequestURI().getQuery();
                    asked.add(query);
                    var rows = new StringJoiner(",", "[", "]");
                    int first = query.contains("cursor=n499") ? 500 : 0;
                    for (int i = first; i < (first == 0 ? 500 : 520); i++) {
                        rows.add("{\"id\": \"n" + i + "\"}");
                    }
                    var more = first == 0 ? ", \"nextCursor\": \"n499\"" : "";
                    var bytes =
                            ("{\"results\": " + rows + more + "}").getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    try (exchange) {
                        exchange.getResponseBody().write(bytes);
                    }
                });

        assertThat(run("get", "namespaces", "--limit", "1000")).isZero();

        assertThat(out.toString()).contains("n0 ", "n519 ");
        assertThat(asked).containsExactly("page=1&size=500", "cursor=n499&size=500");
    }

    @Test
    void aMistakeIsNamedByItsLineInAFileOfSeveralDocuments() throws IOException {
        answer(
                "/api/v1/main/flows/validate",
                200,
                "[{\"errors\": [{\"field\": \"tasks\", \"message\": \"none\", \"line\": 3}]}]");
        var file = flow("---\n" + FLOW + "---\n" + FLOW.replace("nightly", "other"));

        assertThat(run("validate", file)).isEqualTo(1);
        assertThat(out).hasToString(file + ":4:1: tasks: none\n" + file + ":8:1: tasks: none\n");

        assertThat(run("validate", file, "-o", "json")).isEqualTo(1);
        assertThat(out.toString())
                .contains("\"severity\" : \"error\"", "\"line\" : 8", "\"field\" : \"tasks\"");
    }

    @Test
    void aTokenThatTheServerDoesNotTakeIsNotRemembered() throws IOException {
        answer("/api/v1/main/me", 401, "{\"detail\": \"The token is unknown\"}");
        var file = directory.resolve("contexts.yaml");
        var environment = Map.of("MILLRACE_CONTEXTS", file.toString());

        assertThat(typing("wrong", () -> run(environment, "login", url(), "--token-stdin")))
                .isEqualTo(4);
        assertThat(file).doesNotExist();
        assertThat(err.toString()).contains("The token is unknown");

        answer("/api/v1/team/me", 200, "{\"subject\": \"ci\"}");
        assertThat(
                        typing(
                                "right",
                                () ->
                                        run(
                                                environment,
                                                "login",
                                                url(),
                                                "--token-stdin",
                                                "--tenant",
                                                "team")))
                .isZero();
        assertThat(out.toString())
                .isEqualTo("Signed in to " + url() + " as ci: context 127.0.0.1\n");
        assertThat(authorizations).containsExactly("Bearer wrong", "Bearer right");
    }

    @Test
    void aPersonSignsInWithACodeHereAndAtAnIssuer() throws IOException {
        for (var issuer : List.of("/dev-issuer", "/elsewhere")) {
            answer(
                    issuer + "/.well-known/openid-configuration",
                    200,
                    "{\"device_authorization_endpoint\": \"%1$s/device\", \"token_endpoint\": \"%1$s/token\"}"
                            .formatted(url() + issuer));
            answer(
                    issuer + "/device",
                    200,
                    "{\"user_code\": \"ABCD\", \"verification_uri\": \"https://there\", \"device_code\": \"d\"}");
            answer(issuer + "/token", 200, "{\"access_token\": \"of " + issuer + "\"}");
        }
        answer("/api/v1/main/me", 200, "{\"subject\": \"bob\"}");
        var environment =
                Map.of("MILLRACE_CONTEXTS", directory.resolve("contexts.yaml").toString());

        assertThat(run(environment, "login", url())).as(err.toString()).isZero();
        assertThat(run(environment, "login", url(), "--issuer", url() + "/elsewhere")).isZero();

        assertThat(out.toString()).contains("Open https://there and type the code ABCD", "as bob");
        // the development issuer refuses a device that asks for an ID token
        assertThat(requests)
                .contains(
                        "POST /dev-issuer/device",
                        "POST /elsewhere/device scope=openid+profile&client_id=millrace-cli");
        assertThat(authorizations).containsExactly("Bearer of /dev-issuer", "Bearer of /elsewhere");
    }

    @Test
    void whatAnIssuerSaysIsWrongIsPrinted() {
        answer(
                "/dev-issuer/.well-known/openid-configuration",
                200,
                "{\"device_authorization_endpoint\": \"" + url() + "/device\"}");
        answer(
                "/device",
                400,
                "{\"error\": \"invalid_scope\", \"error_description\": \"Not this\"}");

        assertThat(run("login", url())).isEqualTo(3);

        assertThat(err).hasToString("POST /device: 400 Not this\n");
    }

    @Test
    void aDayIsAnInstantOfABackfillAndAnythingElseIsRefused() {
        answer(
                "/api/v1/main/triggers",
                200,
                "{\"triggerId\": \"daily\", \"backfill\": {\"done\": 0, \"total\": 3}}");
        answer(
                "/api/v1/main/triggers/company.team/nightly",
                200,
                "{\"results\": [{\"triggerId\": \"daily\", \"backfill\": null}]}");
        var create = List.of("backfill", "create", "company.team", "nightly", "daily", "--start");

        assertThat(run(with(create, "2026-01-01", "--end", "2026-01-03T02:00:00+02:00", "--wait")))
                .isZero();
        assertThat(run(with(create, "January"))).isEqualTo(2);

        assertThat(requests.getFirst())
                .contains("\"start\":\"2026-01-01T00:00:00Z\"", "\"end\":\"2026-01-03T00:00:00Z\"");
        assertThat(out.toString()).containsPattern("daily +ended +3 +3 ");
        assertThat(err.toString())
                .contains("Expected an instant such as 2026-01-01T00:00:00Z, or a day")
                .doesNotContain("Exception");
    }

    private static String[] with(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void theScriptAroundItEndsWithTwoForWhatIsNoCommand() throws Exception {
        var process =
                new ProcessBuilder("../millrace", "elephants").redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said).endsWith("millrace: unknown command elephants\n");
    }

    @Test
    void whatIsNoAddressOfAServerIsSaid() {
        assertThat(typing("token", () -> run("login", "millrace.example.com", "--token-stdin")))
                .isEqualTo(2);
        assertThat(run(Map.of("MILLRACE_URL", "localhost:8080"), "whoami")).isEqualTo(2);

        assertThat(err.toString())
                .contains("Expected a URL such as https://millrace.example.com but got")
                .doesNotContain("Exception");
    }

    @Test
    void aContextThatIsNotThereIsNamed() {
        var environment =
                Map.of("MILLRACE_CONTEXTS", directory.resolve("contexts.yaml").toString());

        assertThat(run(environment, "context", "use", "there")).isEqualTo(2);

        assertThat(err).hasToString("There is no context there, nor any other: millrace login\n");
    }

    @Test
    void contextsAreListedForPrograms() {
        var file = directory.resolve("contexts.yaml");
        var environment = Map.of("MILLRACE_CONTEXTS", file.toString());
        Contexts.of(environment)
                .use(
                        "here",
                        new Contexts.Context(
                                url(), "main", null, null, null, "secret", null, null));

        assertThat(run(environment, "context", "list", "-o", "yaml")).isZero();

        assertThat(out)
                .hasToString(
                        "- name: here\n  url: %s\n  tenant: main\n  current: true\n"
                                .formatted(url()));
    }

    @Test
    void pluginsAreListedWithThoseThatWorkersBringThemselves() {
        assertThat(run("plugins", "list")).isZero();
        assertThat(out.toString())
                .contains("io.kestra.plugin.git: Clone", "io.millrace.plugin.git: ");

        assertThat(run("plugins", "list", "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"family\" : \"io.kestra.plugin.git\"");
    }

    @Test
    void pathsToValidateMayBeNamedAsThoseToApply() throws IOException {
        answer("/api/v1/main/flows/validate", 200, "[{\"errors\": []}]");

        assertThat(run("validate", "-f", flow(FLOW))).isZero();
        assertThat(run("validate")).isEqualTo(2);
    }

    @Test
    void aPathThatIsNotThereIsAMistakeOfUsage() throws IOException {
        for (var command : List.of("validate", "apply", "diff", "test", "flow apply")) {
            var words = new ArrayList<>(List.of(command.split(" ")));
            words.add("/nowhere");

            assertThat(run(words.toArray(String[]::new))).as(command).isEqualTo(2);

            assertThat(err.toString()).contains("there is no /nowhere");
        }
        var broken = directory.resolve("broken.yaml");
        Files.write(broken, new byte[] {(byte) 0xc3, 0x28});
        assertThat(run("validate", broken.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("can't be read").doesNotContain("Exception:");
    }

    @Test
    void aDifferenceIsShownAndEndsInOne() throws IOException {
        answer(
                "/api/v1/main/flows/company.team/nightly",
                200,
                "{\"source\": \"id: nightly\\nnamespace: company.team\\ntasks: [x]\\n\"}");

        assertThat(run("diff", flow(FLOW))).isEqualTo(1);

        assertThat(out.toString())
                .contains("@@ -1,3 +1,3 @@\n id: nightly\n")
                .contains("-tasks: [x]\n+tasks: []\n");
    }

    @Test
    void exitCodesTellRefusalsApart() {
        answer("/api/v1/main/executions/search", 403, "{}");
        answer("/api/v1/main/triggers/search", 500, "{}");

        assertThat(run("get", "flows")).isEqualTo(3);
        assertThat(run("get", "executions")).isEqualTo(4);
        assertThat(run("get", "triggers")).isEqualTo(5);
        assertThat(run("get", "elephants")).isEqualTo(2);
        assertThat(run("get", "flows", "--limit", "-1")).isEqualTo(2);
        assertThat(run("elephants")).isEqualTo(2);
    }

    @Test
    void listsAreTablesOrWhatTheApiAnswers() {
        answer(
                "/api/v1/main/flows/search",
                200,
                """
                {"results": [{"namespace": "company.team", "id": "nightly", "revision": 3,
                  "disabled": false}]}
                """);

        assertThat(run("get", "flows")).isZero();
        assertThat(run("get", "flows", "-o", "yaml")).isZero();

        assertThat(out)
                .hasToString(
                        """
                        NAMESPACE     ID       REVISION  DISABLED  DESCRIPTION
                        company.team  nightly  3         false     -
                        - namespace: company.team
                          id: nightly
                          revision: 3
                          disabled: false
                        """);
    }

    @Test
    void aContextIsReadByItsOwnerAloneAndItsTokenGoesToNoOtherServer() throws IOException {
        var file = directory.resolve("config").resolve("contexts.yaml");
        var environment = Map.of("MILLRACE_CONTEXTS", file.toString());
        Contexts.of(environment)
                .use(
                        "here",
                        new Contexts.Context(
                                url(), "team", null, null, null, "secret-token", null, null));
        answer("/api/v1/team/me", 200, "{\"subject\": \"ci\"}");

        assertThat(run(environment, "whoami")).isZero();

        assertThat(out.toString()).contains("SUBJECT", "ci");
        assertThat(authorizations).containsExactly("Bearer secret-token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        var elsewhere =
                Map.of(
                        "MILLRACE_CONTEXTS",
                        file.toString(),
                        "MILLRACE_URL",
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/other",
                        "MILLRACE_DATA",
                        directory.toString());
        assertThat(run(elsewhere, "whoami")).isEqualTo(4);
        assertThat(authorizations).hasSize(1);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(run(environment, "whoami")).isEqualTo(4);
        assertThat(err.toString()).contains("chmod 600");
    }

    @Test
    void anExpiredTokenIsRenewedAndKept() {
        var file = directory.resolve("contexts.yaml");
        var environment = Map.of("MILLRACE_CONTEXTS", file.toString());
        Contexts.of(environment)
                .use(
                        "here",
                        new Contexts.Context(
                                url(),
                                "main",
                                url() + "/issuer",
                                "millrace-cli",
                                "millrace-cli",
                                "old",
                                "refresh-1",
                                Instant.EPOCH));
        answer(
                "/issuer/.well-known/openid-configuration",
                200,
                "{\"token_endpoint\": \"" + url() + "/issuer/token\"}");
        answer(
                "/issuer/token",
                200,
                """
                {"access_token": "new", "refresh_token": "refresh-2", "expires_in": 3600}
                """);
        answer("/api/v1/main/me", 200, "{}");

        assertThat(run(environment, "whoami")).isZero();
        assertThat(run(environment, "whoami")).isZero();

        assertThat(requests)
                .filteredOn(request -> request.contains("/issuer/token"))
                .containsExactly(
                        "POST /issuer/token grant_type=refresh_token&refresh_token=refresh-1");
        assertThat(authorizations).endsWith("Bearer new", "Bearer new");
    }

    @Test
    void flowsAreTestedWithoutAServer() throws IOException {
        server.stop(0);
        Files.writeString(
                directory.resolve("flow.yaml"),
                """
                id: greet
                namespace: company.team
                tasks:
                  - id: ask
                    type: io.kestra.plugin.core.http.Request
                    uri: https://example.com
                  - id: say
                    type: io.kestra.plugin.core.debug.Return
                    format: "hello {{ outputs.ask.body }}"
                """);
        Files.writeString(
                directory.resolve("test.yaml"),
                """
                id: greet_tests
                namespace: company.team
                flowId: greet
                testCases:
                  - id: polite
                    fixtures:
                      tasks:
                        - id: ask
                          outputs: {body: you}
                    assertions:
                      - value: "{{ outputs.say.value }}"
                        equalTo: hello you
                  - id: wrong
                    fixtures:
                      tasks:
                        - id: ask
                          outputs: {body: me}
                    assertions:
                      - value: "{{ outputs.say.value }}"
                        equalTo: hello you
                """);
        var report = directory.resolve("out").resolve("junit.xml");

        assertThat(run("test", directory.toString(), "--case", "polite")).isZero();
        assertThat(run("flow", "test", directory.toString(), "--junit", report.toString()))
                .isEqualTo(1);

        assertThat(out.toString())
                .contains("SUCCESS  polite")
                .contains("FAILED   wrong")
                .contains("expected equalTo `hello you` but got `hello me`")
                .contains("1 passed, 1 failed, 0 skipped");
        assertThat(report).content().contains("failures=\"1\"");
    }

    @Test
    void theTestsOfTheExamplesPass() {
        assertThat(run("test", Path.of("..", "examples").toString())).isZero();

        assertThat(out.toString()).contains("rotate_keys_tests").contains(" 0 failed, 0 skipped");
    }

    private void answer(String path, int status, String body) {
        server.createContext(
                path,
                exchange -> {
                    record(exchange);
                    // A context serves all paths below it, too.
                    boolean known = exchange.getRequestURI().getPath().equals(path);
                    var bytes = (known ? body : "{}").getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(
                            known ? status : 404, bytes.length == 0 ? -1 : bytes.length);
                    try (exchange) {
                        exchange.getResponseBody().write(bytes);
                    }
                });
    }

    private void record(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var line = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        requests.add(body.isEmpty() ? line : line + " " + body);
        var authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization != null && authorization.startsWith("Bearer ")) {
            authorizations.add(authorization);
        }
    }

    /// What a command gives that reads standard input.
    private static int typing(String text, IntSupplier command) {
        var before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            return command.getAsInt();
        } finally {
            System.setIn(before);
        }
    }

    private String flow(String source) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "flow", ".yaml"), source)
                .toString();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private int run(String... arguments) {
        return run(
                Map.of(
                        "MILLRACE_URL",
                        url(),
                        "MILLRACE_TOKEN",
                        "token",
                        "MILLRACE_CONTEXTS",
                        directory.resolve("none.yaml").toString()),
                arguments);
    }

    private int run(Map<String, String> environment, String... arguments) {
        return Millrace.commandLine(environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
