// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// An HTTP server in the place of a service that can't be had: answers as its documentation says,
/// and keeps what it was asked.
public final class StandIn implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Function<Asked, Answer>> routes = new LinkedHashMap<>();

    /// What it was asked, in order.
    public final List<Asked> asked = new CopyOnWriteArrayList<>();

    private Function<Asked, Boolean> credentials = _ -> true;

    /// @param path with its query
    /// @param headers by lower-case name, the last of each
    public record Asked(String method, String path, Map<String, String> headers, String body) {
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    public record Answer(int status, Map<String, String> headers, String body) {
        public static Answer json(String body) {
            return new Answer(200, Map.of("Content-Type", "application/json"), body);
        }

        public static Answer status(int status) {
            return new Answer(status, Map.of(), "");
        }
    }

    private StandIn(HttpServer server) {
        this.server = server;
    }

    public static StandIn start() throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var standIn = new StandIn(server);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var headers = new LinkedHashMap<String, String>();
                        exchange.getRequestHeaders()
                                .forEach((name, values) ->
                                        headers.put(
                                                name.toLowerCase(Locale.ROOT), values.getLast()));
                        var asked =
                                new Asked(
                                        exchange.getRequestMethod(),
                                        exchange.getRequestURI().toString(),
                                        headers,
                                        new String(
                                                exchange.getRequestBody().readAllBytes(),
                                                StandardCharsets.UTF_8));
                        var answer = standIn.answer(asked);
                        answer.headers().forEach(exchange.getResponseHeaders()::set);
                        var body = answer.body().getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(
                                answer.status(), body.length == 0 ? -1 : body.length);
                        exchange.getResponseBody().write(body);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        server.start();
        return standIn;
    }

    private Answer answer(Asked request) {
        asked.add(request);
        if (!credentials.apply(request)) {
            return new Answer(401, Map.of(), "{\"message\":\"401 Unauthorized\"}");
        }
        var path = request.path().replaceFirst("\\?.*", "");
        var route = routes.get(request.method() + " " + path);
        return route == null
                ? new Answer(404, Map.of(), "{\"message\":\"404 Not Found\"}")
                : route.apply(request);
    }

    /// Whoever doesn't send this header is refused (401).
    public StandIn requiring(String header, String value) {
        credentials = request -> request.header(header).equals(value);
        return this;
    }

    /// @param route `GET /path`, without a query
    public StandIn on(String route, Function<Asked, Answer> answer) {
        routes.put(route, answer);
        return this;
    }

    /// Answers one after the other; the last one stays.
    public StandIn on(String route, Answer... answers) {
        var left = new CopyOnWriteArrayList<>(answers);
        return on(route, _ -> left.size() > 1 ? left.removeFirst() : left.getFirst());
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Which routes were asked for, without queries.
    public Set<String> routesAsked() {
        return new LinkedHashSet<>(
                asked.stream()
                        .map(r -> r.method() + " " + r.path().replaceFirst("\\?.*", ""))
                        .toList());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
