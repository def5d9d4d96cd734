// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
    void withoutAServerTheUserIsToldWhatToDo() {
        server.stop(0);

        assertThat(run("run", "company.team", "nightly")).isEqualTo(1);

        assertThat(err.toString()).contains("is Millrace running? (./millrace up)");
    }

    private void answer(String path, int status, String body) {
        server.createContext(
                path,
                exchange -> {
                    record(exchange);
                    // A context serves all paths below it, too.
                    boolean known = exchange.getRequestURI().getPath().equals(path);
                    var bytes = (known ? body : "{}").getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(known ? status : 404, bytes.length);
                    try (exchange) {
                        exchange.getResponseBody().write(bytes);
                    }
                });
    }

    private void record(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        var line = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        requests.add(body.isEmpty() ? line : line + " " + body);
    }

    private String flow(String source) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "flow", ".yaml"), source)
                .toString();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private int run(String... arguments) {
        return run(Map.of("MILLRACE_URL", url(), "MILLRACE_TOKEN", "token"), arguments);
    }

    private int run(Map<String, String> environment, String... arguments) {
        return Millrace.commandLine(environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
