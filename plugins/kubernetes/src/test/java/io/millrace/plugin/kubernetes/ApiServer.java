// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.kit.HttpApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A stand-in of Kubernetes' API server: keeps objects as its API is documented, by their paths.
/// Nothing runs pods there: the test says what becomes of them.
final class ApiServer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer server;
    private final Map<String, Map<String, @Nullable Object>> objects =
            new ConcurrentSkipListMap<>();
    private final Map<String, String> fixed = new ConcurrentSkipListMap<>();

    /// `METHOD path content-type` of what was asked for.
    final List<String> asked = new CopyOnWriteArrayList<>();

    private ApiServer(HttpServer server) {
        this.server = server;
    }

    static ApiServer start() throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var api = new ApiServer(server);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", api::handle);
        server.start();
        api.fixed.put("/api/v1", kinds("pods:Pod:po", "configmaps:ConfigMap:cm"));
        api.fixed.put("/apis/apps/v1", kinds("deployments:Deployment:deploy"));
        api.fixed.put("/apis/batch/v1", kinds("jobs:Job:job"));
        api.fixed.put("/apis/argoproj.io/v1alpha1", kinds("workflows:Workflow:wf"));
        api.fixed.put(
                "/apis",
                "{\"groups\":[{\"name\":\"apps\",\"preferredVersion\":{\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}}]}");
        return api;
    }

    private static String kinds(String... all) {
        var resources = new ArrayList<Object>();
        for (var kind : all) {
            var parts = kind.split(":");
            resources.add(
                    Map.of(
                            "name",
                            parts[0],
                            "kind",
                            parts[1],
                            "shortNames",
                            List.of(parts[2]),
                            "namespaced",
                            true));
        }
        return JSON.writeValueAsString(Map.of("resources", resources));
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// What is answered to a path, with its query or without.
    void answer(String path, String text) {
        fixed.put(path, text);
    }

    /// Puts something under an object's `status`.
    void status(String path, String json) {
        objects.computeIfPresent(
                path,
                (_, object) -> {
                    object.put("status", JSON.readValue(json, Object.class));
                    return object;
                });
    }

    /// The object at a path as JSON, empty if there is none.
    String object(String path) {
        var object = objects.get(path);
        return object == null ? "" : JSON.writeValueAsString(object);
    }

    /// Paths that begin so.
    List<String> paths(String prefix) {
        return objects.keySet().stream().filter(p -> p.startsWith(prefix)).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var uri = exchange.getRequestURI();
            var path = uri.getPath();
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var type = exchange.getRequestHeaders().getFirst("Content-Type");
            asked.add("%s %s %s".formatted(exchange.getRequestMethod(), uri, type));
            if (!"Bearer t0ken".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 401, "{}");
                return;
            }
            var text = fixed.get(uri.toString());
            if (text == null) {
                text = fixed.get(path);
            }
            if (text != null) {
                send(exchange, 200, text);
                return;
            }
            var result =
                    switch (exchange.getRequestMethod()) {
                        case "GET" -> get(path, String.valueOf(uri.getRawQuery()));
                        case "POST" -> create(path, body);
                        case "PATCH" -> patch(path, body, String.valueOf(type));
                        default -> objects.remove(path);
                    };
            send(
                    exchange,
                    result == null ? 404 : 200,
                    result == null ? "{}" : JSON.writeValueAsString(result));
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private @Nullable Object get(String path, String query) {
        var object = objects.get(path);
        if (object != null || !path.matches(".*/namespaces/[^/]+/[^/]+")) {
            return object;
        }
        var decoded = URLDecoder.decode(query, StandardCharsets.UTF_8);
        int at = decoded.indexOf("labelSelector=");
        var selector = at < 0 ? "" : decoded.substring(at + "labelSelector=".length());
        var items =
                objects.entrySet().stream()
                        .filter(e -> e.getKey().startsWith(path + "/"))
                        .map(Map.Entry::getValue)
                        .filter(o -> matches(Cluster.object(o), selector))
                        .toList();
        return Map.of("items", items, "metadata", Map.of());
    }

    private static boolean matches(Map<String, @Nullable Object> object, String selector) {
        var labels = Cluster.object(HttpApi.at(object, "metadata", "labels"));
        for (var part : selector.split(",")) {
            int equals = part.indexOf('=');
            if (equals > 0
                    && !part.substring(equals + 1)
                            .equals(String.valueOf(labels.get(part.substring(0, equals))))) {
                return false;
            }
        }
        return true;
    }

    private Object create(String path, String body) {
        var object = new LinkedHashMap<>(Cluster.object(JSON.readValue(body, Object.class)));
        objects.put(path + "/" + HttpApi.text(object, "metadata", "name"), object);
        return object;
    }

    /// Apply makes what isn't there; other patches need it. All are merged (RFC 7386).
    private @Nullable Object patch(String path, String body, String type) {
        var object = objects.get(path);
        if (object == null && !type.equals("application/apply-patch+yaml")) {
            return null;
        }
        var merged = merged(object, JSON.readValue(body, Object.class));
        var made = Cluster.object(merged);
        objects.put(path, made);
        return made;
    }

    private static @Nullable Object merged(@Nullable Object old, @Nullable Object patch) {
        if (!(patch instanceof Map<?, ?> changes)) {
            return patch;
        }
        var all = Cluster.object(old);
        changes.forEach((name, value) ->
                all.put(String.valueOf(name), merged(all.get(String.valueOf(name)), value)));
        return all;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
