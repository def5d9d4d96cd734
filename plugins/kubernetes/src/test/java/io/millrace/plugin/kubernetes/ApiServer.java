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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A stand-in of Kubernetes' API server: keeps objects as its API is documented, by their paths.
/// Nothing runs pods there: the test says what becomes of them.
final class ApiServer implements ClusterServer {
    private static final JsonMapper JSON = JsonMapper.shared();

    private HttpServer server;
    private final Map<String, Map<String, @Nullable Object>> objects =
            new ConcurrentSkipListMap<>();
    private final Map<String, String> fixed = new ConcurrentSkipListMap<>();
    private final Map<String, Refusal> refused = new ConcurrentSkipListMap<>();
    private final Set<String> groups = new ConcurrentSkipListSet<>();

    /// API versions that others serve, who don't.
    private final Set<String> away = new ConcurrentSkipListSet<>();

    /// What others than apply have changed.
    private final Set<String> patched = new ConcurrentSkipListSet<>();

    private int port;

    /// `METHOD path content-type` of what was asked for.
    final List<String> asked = new CopyOnWriteArrayList<>();

    private ApiServer(HttpServer server) {
        this.server = server;
    }

    static ApiServer start() throws IOException {
        var api = new ApiServer(listening(0));
        api.server.createContext("/", api::handle);
        api.server.start();
        api.serve("v1", "pods:Pod:po", "configmaps:ConfigMap:cm", "services:Service:svc");
        api.serve(
                "apps/v1",
                "deployments:Deployment:deploy",
                "statefulsets:StatefulSet:sts",
                "daemonsets:DaemonSet:ds");
        api.serve("batch/v1", "jobs:Job:job");
        api.serve("argoproj.io/v1alpha1", "workflows:Workflow:wf");
        api.serve(
                "apiextensions.k8s.io/v1",
                "customresourcedefinitions:CustomResourceDefinition:crd:");
        api.serve("apiregistration.k8s.io/v1", "apiservices:APIService:as:");
        return api;
    }

    private static HttpServer listening(int port) throws IOException {
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        return server;
    }

    /// Kinds of an API version: `plural:Kind:short`, with a colon at the end if they are of no
    /// namespace.
    private void serve(String apiVersion, String... kinds) {
        fixed.put(apiVersion.contains("/") ? "/apis/" + apiVersion : "/api/v1", kinds(kinds));
        groups.add(apiVersion);
        fixed.put(
                "/apis",
                JSON.writeValueAsString(
                        Map.of(
                                "groups",
                                groups.stream()
                                        .filter(g -> g.contains("/"))
                                        .map(ApiServer::group)
                                        .toList())));
    }

    private static Map<String, Object> group(String apiVersion) {
        var parts = apiVersion.split("/");
        return Map.of(
                "name",
                parts[0],
                "preferredVersion",
                Map.of("groupVersion", apiVersion, "version", parts[1]));
    }

    @Override
    public Map<String, Object> connection(String token) {
        return Map.of("masterUrl", url(), "oauthToken", token);
    }

    @Override
    public void stop() {
        port = server.getAddress().getPort();
        server.stop(0);
    }

    @Override
    public void startAgain() throws IOException {
        server = listening(port);
        server.createContext("/", this::handle);
        server.start();
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
                            !kind.endsWith(":")));
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

    private record Refusal(int status, String message) {}

    /// The same for what isn't given.
    void refuses(String path, int status, String message) {
        refused.put(path, new Refusal(status, message));
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
            var token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            var text = fixed.get(uri.toString());
            if (text == null) {
                text = fixed.get(path);
            }
            var refusal = refused.get(uri.toString());
            if (refusal != null) {
                refuse(exchange, refusal.status(), refusal.message());
            } else if (token.equals("Bearer " + READER) && text == null) {
                refuse(exchange, 403, "pods is forbidden: User \"reader\" cannot list");
            } else if (!token.equals("Bearer " + TOKEN) && !token.equals("Bearer " + READER)) {
                refuse(exchange, 401, "Unauthorized");
            } else if (away.stream().anyMatch(path::endsWith)) {
                send(exchange, 503, "service unavailable");
            } else if (text != null) {
                send(exchange, 200, text);
            } else if (path.contains("/namespaces/nowhere/")) {
                refuse(exchange, 404, "namespaces \"nowhere\" not found");
            } else if (path.contains("_") || body.contains("\"replicas\":\"")) {
                refuse(exchange, 422, "metadata.name: Invalid value, or a field that is");
            } else {
                answer(exchange, path, body, String.valueOf(type));
            }
        }
    }

    private void answer(HttpExchange exchange, String path, String body, String type)
            throws IOException {
        var query = String.valueOf(exchange.getRequestURI().getRawQuery());
        if (query.contains("force=false") && patched.contains(path)) {
            refuse(exchange, 409, "Apply failed with 1 conflict: conflict with \"Millrace\"");
            return;
        }
        var result =
                switch (exchange.getRequestMethod()) {
                    case "GET" -> get(path, query);
                    case "POST" -> create(path, body);
                    case "PATCH" -> patch(path, body, type);
                    default -> objects.remove(path);
                };
        if (body.contains("\"replcas\"")) {
            exchange.getResponseHeaders()
                    .add("Warning", "299 - \"unknown field \\\"spec.replcas\\\"\"");
        }
        if (result == null) {
            refuse(exchange, 404, "not found");
        } else {
            send(exchange, 200, JSON.writeValueAsString(result));
        }
    }

    private static void refuse(HttpExchange exchange, int status, String message)
            throws IOException {
        // the details make it long, as they do in earnest
        send(
                exchange,
                status,
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":%s,\"details\":{},\"code\":%d}"
                        .formatted(JSON.writeValueAsString(message), status));
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
        var object = Cluster.object(JSON.readValue(body, Object.class));
        count(object);
        objects.put(path + "/" + HttpApi.text(object, "metadata", "name"), object);
        return object;
    }

    /// Apply makes what isn't there; other patches need it. All are merged (RFC 7386).
    private @Nullable Object patch(String path, String body, String type) {
        var patch = JSON.readValue(body, Object.class);
        var whole = path.replaceFirst("/status$", "");
        boolean applies = type.equals("application/apply-patch+yaml");
        var object = objects.get(whole);
        if (object == null && !applies) {
            return null;
        }
        var made = Cluster.object(merged(object, patch));
        if (path.equals(whole)) {
            count(made);
            if (applies) {
                patched.remove(path);
            } else {
                patched.add(path);
            }
        }
        objects.put(whole, made);
        define(made);
        return made;
    }

    /// Its generation grows with each change but of its status.
    private static void count(Map<String, @Nullable Object> object) {
        if (object.containsKey("spec")) {
            var metadata = Cluster.object(object.get("metadata"));
            int before = metadata.get("generation") instanceof Number n ? n.intValue() : 0;
            metadata.put("generation", before + 1);
            object.put("metadata", metadata);
        }
    }

    /// What is defined by an object is served from then on.
    private void define(Map<String, @Nullable Object> object) {
        var spec = Cluster.object(object.get("spec"));
        if ("APIService".equals(object.get("kind"))) {
            var version = spec.get("group") + "/" + spec.get("version");
            serve(version);
            away.add(version);
        } else if ("CustomResourceDefinition".equals(object.get("kind"))) {
            var version = Cluster.objects(spec.get("versions")).getFirst().get("name");
            serve(
                    spec.get("group") + "/" + version,
                    "%s:%s:%s"
                            .formatted(
                                    HttpApi.text(spec, "names", "plural"),
                                    HttpApi.text(spec, "names", "kind"),
                                    HttpApi.text(spec, "names", "singular")));
            object.put(
                    "status",
                    Map.of("conditions", List.of(Map.of("type", "Established", "status", "True"))));
        }
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
