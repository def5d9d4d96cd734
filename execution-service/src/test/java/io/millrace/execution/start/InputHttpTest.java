// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.expressions.ExpressionException;
import io.millrace.plugin.Egress;
import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InputHttpTest {
    private HttpServer server;
    private final InputHttp http =
            new InputHttp(
                    _ -> Egress.of(new Egress.Rules(List.of("127.0.0.0/8"), List.of(), List.of())));

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/json", exchange -> answer(exchange, 200, "application/json", "[\"a\",\"b\"]"));
        server.createContext(
                "/echo",
                exchange ->
                        answer(
                                exchange,
                                200,
                                "text/plain",
                                String.join(
                                        " ",
                                        exchange.getRequestMethod(),
                                        String.valueOf(exchange.getRequestURI().getRawQuery()),
                                        exchange.getRequestHeaders().getFirst("Content-Type"),
                                        exchange.getRequestHeaders().getFirst("Authorization"),
                                        String.valueOf(exchange.getRequestHeaders().get("X-Team")),
                                        new String(
                                                exchange.getRequestBody().readAllBytes(), UTF_8))));
        server.createContext("/missing", exchange -> answer(exchange, 404, "text/plain", "no"));
        server.createContext(
                "/away",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "/json");
                    answer(exchange, 302, "text/plain", "");
                });
        server.createContext(
                "/big", exchange -> answer(exchange, 200, "text/plain", "x".repeat(2 << 20)));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        var bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private String at(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Test
    void jsonIsParsed() {
        assertThat(http.ask("main", Map.of("uri", at("/json")))).isEqualTo(List.of("a", "b"));
    }

    @Test
    void requestIsMadeOfTheArguments() {
        var answer =
                http.ask(
                        "main",
                        Map.of(
                                "uri",
                                at("/echo"),
                                "method",
                                "post",
                                "query",
                                Map.of("q", "a b"),
                                "body",
                                Map.of("k", 1),
                                "headers",
                                Map.of("X-Team", List.of("one", "two")),
                                "options",
                                Map.of("auth", Map.of("type", "BEARER", "token", "t"))));

        assertThat(answer).isEqualTo("POST q=a+b application/json Bearer t [one, two] {\"k\":1}");
    }

    @Test
    void whatIsNoGoodAnswerIsAnError() {
        assertFails("/missing", "server respond with status 404");
        assertFails("/away", "server respond with status 302");
        assertFails("/big", "Expected an answer of at most 1048576 bytes");
    }

    @Test
    void anAnswerThatStopsInItsMiddleIsNotWaitedForForLong() throws IOException {
        try (var hangs = SilentServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")) {
            var uri = "http://127.0.0.1:" + hangs.port();

            assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () ->
                            assertThatThrownBy(() -> http.ask("main", Map.of("uri", uri)))
                                    .isInstanceOf(ExpressionException.class)
                                    .hasMessage("No answer in time from 127.0.0.1"));
        }
    }

    private void assertFails(String path, String message) {
        assertThatThrownBy(() -> http.ask("main", Map.of("uri", at(path))))
                .isInstanceOf(ExpressionException.class)
                .hasMessageContaining(message);
    }

    @Test
    void egressPolicyHolds() {
        var denied = new InputHttp(_ -> Egress.of(Egress.Rules.NONE));

        assertThatThrownBy(() -> denied.ask("main", Map.of("uri", at("/json"))))
                .hasMessageContaining("The egress policy doesn't let tasks connect");
        assertThatThrownBy(() -> http.ask("main", Map.of("uri", "http://169.254.169.254/latest")))
                .hasMessageContaining("The egress policy doesn't let tasks connect");
        assertThatThrownBy(() -> http.ask("main", Map.of("uri", "file:///etc/passwd")))
                .hasMessageContaining("Expected an http or https URI");
    }
}
