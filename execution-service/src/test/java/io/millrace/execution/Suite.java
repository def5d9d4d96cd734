// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import io.millrace.contracts.Codec;
import io.millrace.execution.lane.CommitHook;
import io.millrace.platform.ServiceLauncher;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.platform.identity.TaskTokens;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.test.TestBroker;
import io.millrace.test.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Instances of the service on a database and a broker of their own.
final class Suite implements AutoCloseable {
    final TestDatabase database = TestDatabase.create();
    final TestBroker testBroker = TestBroker.create();
    final FakeFlowService flows;
    final List<ConfigurableApplicationContext> instances = new ArrayList<>();
    private final Path directory;
    private final HttpClient http = HttpClient.newHttpClient();
    private final TokenSigner gateway;

    /// Set to reach the broker by another way.
    @Nullable String wayToBroker;

    /// Set to crash an instance between its commit and what follows.
    static volatile CommitHook hook = CommitHook.NONE;

    Suite() {
        this(List.of());
    }

    /// @param workerGroups those that have a key of their own
    Suite(List<String> workerGroups) {
        try {
            flows = new FakeFlowService();
            directory = Files.createTempDirectory("execution-it");
            IdentityKeys.generate(directory, workerGroups);
            gateway =
                    new TokenSigner(
                            IdentityKeys.keyFile(directory, "gateway"),
                            Duration.ofMinutes(10),
                            Clock.systemUTC());
            try (var connection = database.connect();
                    var statement = connection.createStatement()) {
                statement.execute("create schema if not exists execution");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    ConfigurableApplicationContext start(String... more) {
        var properties = new HashMap<String, String>();
        properties.putAll(database.properties());
        properties.putAll(testBroker.properties());
        if (wayToBroker != null) {
            properties.put("millrace.broker.uri", wayToBroker);
        }
        properties.putAll(IdentityKeys.properties(directory, "execution"));
        properties.put("server.port", "0");
        properties.put("millrace.services.flow.url", flows.url());
        properties.put("millrace.services.secrets.url", flows.url());
        properties.put("millrace.storage.directory", directory.resolve("storage").toString());
        properties.put("spring.main.register-shutdown-hook", "false");
        var context =
                ServiceLauncher.run(
                        ExecutionServiceApplication.class, "execution-service", properties, more);
        instances.add(context);
        return context;
    }

    Broker broker() {
        return instances.getLast().getBean(Broker.class);
    }

    JdbcClient jdbc() {
        return JdbcClient.create(database.dataSource());
    }

    URI uri(String path, String tenant) {
        var port =
                instances
                        .getLast()
                        .getEnvironment()
                        .getProperty("local.server.port", Integer.class);
        return URI.create("http://127.0.0.1:" + port + "/api/v1/" + tenant + "/" + path);
    }

    HttpRequest.Builder request(String path) {
        return request(path, "main", List.of(new Grant(Role.ADMIN, "")));
    }

    HttpRequest.Builder request(String path, String tenant, List<Grant> grants) {
        return HttpRequest.newBuilder(uri(path, tenant))
                .header(
                        "Authorization",
                        "Bearer "
                                + gateway.forCaller(
                                        new Caller(tenant, "alice", grants),
                                        Duration.ofMinutes(1)));
    }

    /// What a running task asks.
    HttpResponse<String> asTask(TaskIdentity task, String path, Object body) {
        var token =
                new TaskTokens(
                                directory.resolve("task-token.key"),
                                Duration.ofMinutes(1),
                                Clock.systemUTC())
                        .issue(task);
        var port =
                instances
                        .getLast()
                        .getEnvironment()
                        .getProperty("local.server.port", Integer.class);
        return send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/internal/tasks/" + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Codec.encode(body))));
    }

    /// What a service asks, or a worker by the key of its group, `worker.GROUP`.
    ///
    /// @param body absent: it reads
    HttpResponse<String> asService(String name, String path, @Nullable Object body) {
        var token =
                new TokenSigner(
                                IdentityKeys.keyFile(directory, name),
                                Duration.ofMinutes(1),
                                Clock.systemUTC())
                        .forService();
        var request =
                HttpRequest.newBuilder(uri("", "main").resolve("/internal/" + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json");
        return send(
                body == null
                        ? request
                        : request.POST(HttpRequest.BodyPublishers.ofByteArray(Codec.encode(body))));
    }

    /// A form with one field.
    HttpRequest.Builder form(String path, String name, String value) {
        var body =
                "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n--b--\r\n"
                        .formatted(name, value);
        return request(path)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> json(HttpResponse<String> response) {
        return Codec.decode(
                response.body().getBytes(java.nio.charset.StandardCharsets.UTF_8), Map.class);
    }

    Map<String, Object> post(String path) {
        var response = send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
        if (response.statusCode() >= 300) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        if (response.body().isEmpty()) {
            return Map.of();
        }
        return json(response);
    }

    Map<String, Object> get(String path) {
        var response = send(request(path).GET());
        if (response.statusCode() >= 300) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return json(response);
    }

    /// A request with a JSON body.
    HttpResponse<String> send(String method, String path, Object body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                HttpRequest.BodyPublishers.ofByteArray(Codec.encode(body))));
    }

    /// What a task of a namespace asks, with its own token.
    HttpResponse<String> sendAsTask(String namespace, String path, Object body) {
        var token =
                instances
                        .getLast()
                        .getBean(TaskTokens.class)
                        .issue(new TaskIdentity("main", namespace, "f", "own", null));
        return send(
                HttpRequest.newBuilder(uri("", "main").resolve("/internal/tasks/" + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Codec.encode(body))));
    }

    static String id(Map<String, Object> execution) {
        return String.valueOf(execution.get("id"));
    }

    @SuppressWarnings("unchecked")
    static String state(Map<String, Object> execution) {
        var state = (Map<String, Object>) execution.get("state");
        return state == null ? "" : String.valueOf(state.get("current"));
    }

    @Override
    public void close() {
        hook = CommitHook.NONE;
        instances.forEach(ConfigurableApplicationContext::close);
        flows.close();
        testBroker.close();
        database.close();
    }
}
