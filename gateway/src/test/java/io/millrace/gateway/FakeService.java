// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A service behind the gateway: it says what it got.
final class FakeService implements AutoCloseable {
    private final AtomicInteger refused = new AtomicInteger();
    private final HttpServer server;
    private final CountDownLatch streamBegun = new CountDownLatch(1);
    private final CountDownLatch streamBroken = new CountDownLatch(1);
    private final AtomicLong bytesRead = new AtomicLong();

    FakeService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::echo);
        server.createContext("/api/v1/main/logs/0000000000000000stream/follow", this::stream);
        server.createContext("/api/v1/main/executions/000000000000000000late", FakeService::sleep);
        server.createContext("/v3/api-docs", FakeService::describe);
        server.createContext("/api/v1/main/executions/company.team/over-quota", this::refuse);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Says that the first event of the stream has arrived; until then there is no second.
    void continueStream() {
        streamBegun.countDown();
    }

    boolean awaitBrokenStream() throws InterruptedException {
        return streamBroken.await(30, TimeUnit.SECONDS);
    }

    long bytesRead() {
        return bytesRead.get();
    }

    private void echo(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody();
        var buffer = new byte[64 * 1024];
        long bytes = 0;
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            bytes += read;
        }
        bytesRead.set(bytes);
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(exchange.getRequestHeaders());
        var text =
                exchange.getRequestMethod()
                        + " "
                        + exchange.getRequestURI()
                        + " "
                        + bytes
                        + "\n"
                        + headers;
        var answer = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("ETag", "\"7\"");
        var path = exchange.getRequestURI().getPath();
        exchange.sendResponseHeaders(
                path.endsWith("/missing") ? 404 : path.endsWith("/closed") ? 401 : 200,
                answer.length);
        try (var out = exchange.getResponseBody()) {
            out.write(answer);
        }
    }

    /// An event; when that has arrived, more of them until somebody hangs up.
    private void stream(HttpExchange exchange) {
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            var out = exchange.getResponseBody();
            for (int i = 0; i < 1000; i++) {
                out.write(("data: " + i + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                if (!streamBegun.await(30, TimeUnit.SECONDS)) {
                    exchange.close(); // whoever is between has kept the event to itself
                    return;
                }
                Thread.sleep(20);
            }
        } catch (IOException _) {
            streamBroken.countDown();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// As the execution-service does when a quota of starts is used up.
    private void refuse(HttpExchange exchange) throws IOException {
        refused.incrementAndGet();
        exchange.getResponseHeaders().set("X-Millrace-Closed", "5;3600000;company");
        exchange.sendResponseHeaders(429, -1);
        exchange.close();
    }

    /// How many starts it has refused.
    int refused() {
        return refused.get();
    }

    private static void sleep(HttpExchange exchange) throws IOException {
        try {
            Thread.sleep(5000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private static void describe(HttpExchange exchange) throws IOException {
        var answer =
                """
                {"openapi":"3.1.0","paths":{"/api/v1/{tenant}/flows":{"get":{"responses":{"200":
                {"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Flow"}}}}}}}},
                "components":{"schemas":{"Flow":{"type":"object"}}}}\
                """
                        .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, answer.length);
        try (var out = exchange.getResponseBody()) {
            out.write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
