// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/// Vault's HTTP API as it is published, as far as a reader of secrets uses it. Vault itself isn't
/// run in these tests.
public final class FakeVault implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer server;
    private final Map<String, Object> secrets = new ConcurrentHashMap<>();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger issued = new AtomicInteger();
    private volatile long leaseSeconds = 3600;
    private volatile int broken;

    public FakeVault() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/", this::answer);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// @param path as in requests, such as `secret/data/a`
    public void put(String path, Object data) {
        secrets.put(path, data);
    }

    public void takeAway(String path) {
        secrets.remove(path);
    }

    public void leaseSeconds(long seconds) {
        leaseSeconds = seconds;
    }

    public void takeTokensBack() {
        tokens.clear();
    }

    /// @param status of all answers, or 0
    public void broken(int status) {
        broken = status;
    }

    /// Method and path of each.
    public List<String> requests() {
        return requests;
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getRawPath().substring("/v1/".length());
        var body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        requests.add(exchange.getRequestMethod() + " " + path);
        if (broken != 0) {
            send(exchange, broken, Map.of("errors", List.of("broken")));
            return;
        }
        var token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
        switch (path) {
            case "auth/approle/login" ->
                    signIn(
                            exchange,
                            body.path("role_id").asString("").equals("role")
                                    && body.path("secret_id").asString("").equals("secret"));
            case "auth/k8s/login" ->
                    signIn(
                            exchange,
                            body.path("role").asString("").equals("millrace")
                                    && body.path("jwt").asString("").equals("the.jwt"));
            case "auth/token/renew-self" -> {
                if (token != null && tokens.contains(token)) {
                    grant(exchange, token);
                } else {
                    send(exchange, 403, Map.of("errors", List.of("permission denied")));
                }
            }
            default -> {
                if (token == null || !tokens.contains(token)) {
                    send(exchange, 403, Map.of("errors", List.of("permission denied")));
                } else if (secrets.containsKey(path)) {
                    send(exchange, 200, Map.of("data", secrets.get(path)));
                } else {
                    send(exchange, 404, Map.of("errors", List.of()));
                }
            }
        }
    }

    private void signIn(HttpExchange exchange, boolean good) throws IOException {
        if (good) {
            var token = "hvs." + issued.incrementAndGet();
            tokens.add(token);
            grant(exchange, token);
        } else {
            send(exchange, 400, Map.of("errors", List.of("invalid credentials")));
        }
    }

    private void grant(HttpExchange exchange, String token) throws IOException {
        send(
                exchange,
                200,
                Map.of(
                        "auth",
                        Map.of(
                                "client_token", token,
                                "lease_duration", leaseSeconds,
                                "renewable", true)));
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        var bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
