// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTasksTest {
    @TempDir Path directory;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> noted = new CopyOnWriteArrayList<>();
    private HttpServer server = server();
    private final Request request = new Request();
    private final Download download = new Download();

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() {
        server.createContext("/", this::answer);
        server.start();
        request.start(new PluginSettings(Map.of("http.max-body", "1000")));
        download.start(new PluginSettings(Map.of("http.max-download", "1000")));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        request.close();
        download.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        var headers = exchange.getRequestHeaders();
        requests.add(
                "%s %s %s %s %s"
                        .formatted(
                                exchange.getRequestMethod(),
                                exchange.getRequestURI(),
                                headers.getFirst("Authorization"),
                                headers.getFirst("Content-Type"),
                                body));
        noted.add(headers.getFirst("PRIVATE-TOKEN") + " " + headers.getFirst("X-Note"));
        var path = exchange.getRequestURI().getPath();
        switch (path) {
            case "/json" -> send(exchange, 200, "application/json", "{\"a\":[1,2]}");
            case "/text" -> send(exchange, 200, "text/plain", "hi");
            case "/big" -> send(exchange, 200, "text/plain", "x".repeat(2000));
            case "/empty" -> exchange.sendResponseHeaders(204, -1);
            case "/broken" -> send(exchange, 500, "text/plain", "oh");
            case "/loop", "/out", "/meta", "/moved" -> {
                var target =
                        switch (path) {
                            case "/loop" -> "/loop";
                            case "/out" -> "http://localhost:%d/text".formatted(port());
                            case "/meta" -> "http://169.254.169.254/latest";
                            default -> "/text";
                        };
                exchange.getResponseHeaders().set("Location", target);
                exchange.sendResponseHeaders(302, -1);
            }
            default -> send(exchange, 404, "text/plain", "none");
        }
        exchange.close();
    }

    private static void send(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length());
        exchange.getResponseBody().write(body.getBytes(UTF_8));
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private Request.Outputs get(String path) throws Exception {
        return send("GET", path, null, null, null, null);
    }

    private Request.Outputs send(
            String method,
            String path,
            @Nullable String body,
            @Nullable Map<String, @Nullable Object> formData,
            @Nullable String contentType,
            @Nullable HttpOptions options)
            throws Exception {
        var uri = "http://127.0.0.1:%d%s".formatted(port(), path);
        return request.run(
                new Request.Properties(
                        new HttpCall(uri, method, body, formData, contentType, null, null, options),
                        false,
                        false),
                new FakeContext(directory));
    }

    private static HttpOptions options(HttpOptions.@Nullable Auth auth, List<Integer> codes) {
        return new HttpOptions(
                null,
                null,
                Duration.ofSeconds(5),
                null,
                null,
                auth,
                null,
                null,
                true,
                false,
                codes.isEmpty() ? null : codes,
                "UTF-8",
                null);
    }

    @Test
    void whoDoesntAnswerTheCallIsWaitedForAsLongAsTheFlowSays() throws Exception {
        var quick = new HttpOptions.Timeouts(Duration.ofMillis(300), null);
        assertThat(send("GET", "/text", null, null, null, connecting(quick)).body())
                .isEqualTo("hi");

        // nobody accepts: once the queue is full the system answers no more
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var waiting = new ArrayList<SocketChannel>();
            for (int i = 0; i < 5; i++) {
                var channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(full.getLocalSocketAddress());
                waiting.add(channel);
            }
            var call =
                    new HttpCall(
                            "http://127.0.0.1:" + full.getLocalPort(),
                            "GET",
                            null,
                            null,
                            null,
                            null,
                            null,
                            connecting(quick));

            assertThatThrownBy(() ->
                            request.run(
                                    new Request.Properties(call, false, false),
                                    new FakeContext(directory)))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessage(
                            "Unable to connect to http://127.0.0.1:%d within PT0.3S"
                                    .formatted(full.getLocalPort()));
            for (var channel : waiting) {
                channel.close();
            }
        }
    }

    private static HttpOptions connecting(HttpOptions.Timeouts timeouts) {
        return new HttpOptions(
                timeouts, null, null, null, null, null, null, null, true, false, null, "UTF-8",
                null);
    }

    @Test
    void anAnswerInJsonIsParsed() throws Exception {
        var outputs = get("/json");

        assertThat(outputs.code()).isEqualTo(200);
        assertThat(outputs.body()).isEqualTo(Map.of("a", List.of(1, 2)));
        assertThat(outputs.headers()).containsKey("content-type");
        assertThat(get("/text").body()).isEqualTo("hi");
    }

    @Test
    void aBodyMayBeGivenEncrypted() throws Exception {
        var context = new FakeContext(directory);

        var outputs =
                request.run(
                        new Request.Properties(
                                new HttpCall(
                                        "http://127.0.0.1:%d/json".formatted(port()),
                                        "GET",
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null),
                                false,
                                true),
                        context);

        assertThat(outputs.body()).isNull();
        assertThat(outputs.encryptedBody()).startsWith("{");
        assertThat(context.concealed).containsExactly(outputs.encryptedBody());
    }

    @Test
    void aTriggerFiresIfItsConditionHolds() throws Exception {
        try (var trigger = new Trigger()) {
            trigger.start(new PluginSettings(Map.of()));

            assertThat(poll(trigger, "/json", "true").orElseThrow().body())
                    .isEqualTo(Map.of("a", List.of(1, 2)));
            assertThat(poll(trigger, "/broken", "true").orElseThrow().code()).isEqualTo(500);
            assertThat(poll(trigger, "/json", "false")).isEmpty();
        }
    }

    private Optional<Request.Outputs> poll(Trigger trigger, String path, String condition)
            throws Exception {
        return trigger.poll(
                new Trigger.Properties(
                        new HttpCall(
                                "http://127.0.0.1:%d%s".formatted(port(), path),
                                "GET",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null),
                        false,
                        condition),
                new FakeContext(directory));
    }

    @ParameterizedTest
    @CsvSource({"X-Token, true", "Authorization, false"})
    void aHeaderThatCannotBeSentIsNamedWithoutWhatIsInIt(String header, boolean given) {
        var auth = new HttpOptions.Auth("BEARER", null, null, "s3cret\n");
        var call =
                new HttpCall(
                        "http://127.0.0.1:" + port(),
                        "GET",
                        null,
                        null,
                        null,
                        given ? Map.of(header, "s3cret\n") : null,
                        null,
                        given ? null : options(auth, List.of()));

        assertThatThrownBy(() ->
                        request.run(
                                new Request.Properties(call, false, false),
                                new FakeContext(directory)))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("The header '%s' can't be sent".formatted(header))
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aStatusOf400OrMoreFailsUnlessItIsAllowed() throws Exception {
        assertThatThrownBy(() -> get("/broken"))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsEntry("code", 500))
                .hasMessage("Failed http request with response code '500'");
        assertThat(send("GET", "/broken", null, null, null, options(null, List.of(500))).code())
                .isEqualTo(500);
    }

    @Test
    void bodiesAndFormsAreSent() throws Exception {
        send("POST", "/text", "{\"x\":1}", null, null, null);
        send("POST", "/text", null, Map.of("a b", "c&d"), null, null);
        send("POST", "/text", null, Map.of("f", "v"), "multipart/form-data", null);

        assertThat(requests.get(0)).isEqualTo("POST /text null application/json {\"x\":1}");
        assertThat(requests.get(1))
                .isEqualTo("POST /text null application/x-www-form-urlencoded a+b=c%26d");
        assertThat(requests.get(2)).contains("name=\"f\"\r\n\r\nv\r\n");
    }

    @Test
    void aBodyIsJsonUnlessTheFlowSaysWhatItIs() throws Exception {
        for (var headers :
                List.of(Map.<String, String>of(), Map.of("content-type", "application/x-ndjson"))) {
            request.run(
                    new Request.Properties(
                            new HttpCall(
                                    "http://127.0.0.1:%d/text".formatted(port()),
                                    "POST",
                                    "[{}]",
                                    null,
                                    null,
                                    headers,
                                    null,
                                    null),
                            false,
                            false),
                    new FakeContext(directory));
        }

        assertThat(requests)
                .containsExactly(
                        "POST /text null application/json [{}]",
                        "POST /text null application/x-ndjson [{}]");
    }

    @Test
    void credentialsStayAtTheirOrigin() throws Exception {
        var auth = options(new HttpOptions.Auth("BASIC", "u", "p", null), List.of());

        send("POST", "/moved", "x", null, "text/plain", auth);
        send("GET", "/out", null, null, null, auth);

        assertThat(requests.get(1)).startsWith("GET /text Basic dTpw null ");
        assertThat(requests.get(3)).startsWith("GET /text null");
    }

    @Test
    void headersThatServicesHaveForCredentialsStayThereToo() throws Exception {
        for (var path : List.of("/moved", "/out")) {
            request.run(
                    new Request.Properties(
                            new HttpCall(
                                    "http://127.0.0.1:%d%s".formatted(port(), path),
                                    "GET",
                                    null,
                                    null,
                                    null,
                                    Map.of("PRIVATE-TOKEN", "t", "X-Note", "n"),
                                    null,
                                    options(null, List.of())),
                            false,
                            false),
                    new FakeContext(directory));
        }

        assertThat(noted).containsExactly("t n", "t n", "t n", "null n");
    }

    @Test
    void redirectsAreCheckedAndCounted() {
        assertThatThrownBy(() -> get("/meta")).hasMessageContaining("egress policy");
        assertThatThrownBy(() -> get("/loop")).hasMessage("More than 10 redirects");
    }

    @Test
    void bodiesThatAreTooBigFail() {
        assertThatThrownBy(() -> get("/big")).hasMessageContaining("more than 1000 bytes");
    }

    @Test
    void nobodyThere() {
        assertThatThrownBy(() ->
                        request.run(
                                new Request.Properties(
                                        new HttpCall(
                                                "http://u:secret@127.0.0.1:1/x?token=secret",
                                                "GET",
                                                null,
                                                null,
                                                null,
                                                null,
                                                null,
                                                null),
                                        false,
                                        false),
                                new FakeContext(directory)))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("Unable to connect to http://127.0.0.1:1");
    }

    private Download.Outputs fetch(FakeContext context, String path, boolean failOnEmpty)
            throws Exception {
        return download.run(
                new Download.Properties(
                        new HttpCall(
                                "http://127.0.0.1:%d%s".formatted(port(), path),
                                "GET",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null),
                        false,
                        failOnEmpty,
                        null),
                context);
    }

    @Test
    void aDownloadIsStored() throws Exception {
        var context = new FakeContext(directory);

        var outputs = fetch(context, "/text", true);

        assertThat(outputs.length()).isEqualTo(2);
        assertThat(context.stored()).containsEntry(outputs.uri(), "hi");
        assertThat(outputs.uri()).isEqualTo(URI.create("kestra:///text"));
    }

    @Test
    void anEmptyDownloadFailsUnlessItMay() throws Exception {
        var context = new FakeContext(directory);

        assertThatThrownBy(() -> fetch(context, "/empty", true))
                .hasMessageContaining("No response");
        assertThat(context.stored()).isEmpty();
        assertThat(fetch(context, "/empty", false).length()).isZero();
        assertThatThrownBy(() -> fetch(context, "/big", false))
                .hasMessageContaining("more than 1000 bytes");
    }
}
