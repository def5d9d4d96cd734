// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.contracts.Codec;
import io.millrace.contracts.FlowFreshness;
import io.millrace.contracts.SettingsFreshness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Answers the internal questions about flows as the flow-service does.
final class FakeFlowService implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, List<String>> sources = new ConcurrentHashMap<>();
    private final Map<String, String> suites = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong(1);
    private volatile Map<String, Object> variables = Map.of();
    private volatile List<Map<String, Object>> defaults = List.of();

    /// Groups of workers of namespaces.
    final Map<String, String> groups = new ConcurrentHashMap<>();

    FakeFlowService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/internal/flows", this::answer);
        server.createContext("/internal/tests", this::answerSuites);
        server.createContext("/internal/tasks/kv/read", this::answerKey);
        server.createContext("/internal/secrets/read", this::answerSecret);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// A new revision. Returns when it counts, as the flow-service does.
    void save(String namespace, String id, String tasks) {
        var revisions = sources.computeIfAbsent(namespace + "/" + id, _ -> new ArrayList<>());
        revisions.add("id: " + id + "\nnamespace: " + namespace + "\n" + tasks);
        if (revisions.size() > 1) {
            LockSupport.parkNanos(FlowFreshness.SETTLED.toNanos());
        }
    }

    void delete(String namespace, String id) {
        sources.remove(namespace + "/" + id);
    }

    /// What all namespaces give to flows. Returns when it counts, as the flow-service does.
    void give(Map<String, Object> variables, List<Map<String, Object>> defaults) {
        this.variables = variables;
        this.defaults = defaults;
        generation.incrementAndGet();
        LockSupport.parkNanos(SettingsFreshness.SETTLED.toNanos());
    }

    void saveSuite(String namespace, String id, String suite) {
        suites.put(namespace + "/" + id, "id: " + id + "\nnamespace: " + namespace + "\n" + suite);
    }

    /// The store of keys that tasks read, and inputs.
    final Map<String, Object> keys = new ConcurrentHashMap<>();

    private void answerKey(HttpExchange exchange) throws IOException {
        var key = Codec.decode(exchange.getRequestBody().readAllBytes(), Map.class).get("key");
        var value = key == null ? null : keys.get(key.toString());
        send(exchange, value == null ? null : Map.of("type", "JSON", "value", value));
    }

    /// The secret `TOKEN`, and no other.
    private void answerSecret(HttpExchange exchange) throws IOException {
        var names = Codec.decode(exchange.getRequestBody().readAllBytes(), Map.class).get("names");
        send(exchange, List.of("TOKEN").equals(names) ? Map.of("TOKEN", "correct-horse") : null);
    }

    private static void send(HttpExchange exchange, @Nullable Object body) throws IOException {
        var bytes = body == null ? new byte[0] : Codec.encode(body);
        exchange.sendResponseHeaders(
                body == null ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    record SuiteQuestion(
            String tenant,
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String id) {}

    private void answerSuites(HttpExchange exchange) throws IOException {
        var q = Codec.decode(exchange.getRequestBody().readAllBytes(), SuiteQuestion.class);
        var found =
                suites.entrySet().stream()
                        .filter(s -> q.id() == null || s.getKey().endsWith("/" + q.id()))
                        .filter(s ->
                                q.namespace() == null || s.getKey().startsWith(q.namespace() + "/"))
                        .filter(s ->
                                q.flowId() == null
                                        || s.getValue().contains("flowId: " + q.flowId() + "\n"))
                        .map(Map.Entry::getValue)
                        .toList();
        var bytes = Codec.encode(found);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath().split("/");
        @Nullable Object body =
                exchange.getRequestMethod().equals("POST")
                        ? newest(exchange.getRequestBody().readAllBytes())
                        : path[3].equals("settings")
                                ? Map.of("generation", generation.get())
                                : revision(path[4], path[5], Integer.parseInt(path[6]));
        send(exchange, body);
    }

    record Key(String tenant, String namespace, String id) {}

    private List<@Nullable Object> newest(byte[] body) {
        var answers = new ArrayList<@Nullable Object>();
        for (var key : Codec.decode(body, Key[].class)) {
            var revisions = sources.get(key.namespace() + "/" + key.id());
            answers.add(
                    revisions == null
                            ? null
                            : Map.of("revision", revisions.size(), "disabled", false));
        }
        return answers;
    }

    private @Nullable Object revision(String namespace, String id, int revision) {
        var revisions = sources.get(namespace + "/" + id);
        if (revisions == null || revision < 1 || revision > revisions.size()) {
            return null;
        }
        var answer = new HashMap<String, Object>();
        answer.put("tenant", "main");
        answer.put("namespace", namespace);
        answer.put("id", id);
        answer.put("revision", revision);
        answer.put("source", revisions.get(revision - 1));
        answer.put("deleted", false);
        answer.put("pluginDefaults", defaults);
        answer.put("variables", variables);
        var group = groups.get(namespace);
        if (group != null) {
            answer.put("workerGroup", Map.of("key", group, "fallback", "WAIT"));
        }
        return answer;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
