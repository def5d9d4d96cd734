// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A suite with a process for each service, and a second instance of each: a process with the same
/// command and environment on another port.
final class PrivateSuite implements AutoCloseable {
    static final List<String> SERVICES =
            List.of(
                    "gateway",
                    "flow-service",
                    "execution-service",
                    "scheduler-service",
                    "worker-service",
                    "secrets-service");
    private static final int SECOND = 10;
    private static final String PROPERTIES = "SPRING_APPLICATION_JSON";

    private final Map<String, String> environment;
    private final Path data;
    private final int port;
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /// @param environment what `./millrace up` is told
    PrivateSuite(Map<String, String> environment, Path data, int port) {
        this.environment = environment;
        this.data = data;
        this.port = port;
    }

    /// How to start an instance again, and what runs of it.
    private record Instance(
            List<String> command,
            Map<String, String> environment,
            int port,
            ProcessHandle process) {}

    /// @param twice services of which there are two instances
    void start(Collection<String> twice) {
        Processes.run(environment, List.of("./millrace", "up", "--processes"));
        for (var service : SERVICES) {
            var first = running(service);
            instances.put(service + "/1", first);
            if (twice.contains(service)) {
                instances.put(service + "/2", launch(service, second(first)));
            }
        }
        instances.forEach((name, instance) -> awaitReady(name, instance.port()));
    }

    URI gateway(int instance) {
        return URI.create("http://127.0.0.1:" + (port + (instance == 1 ? 0 : SECOND)));
    }

    /// Ends the second instance without a warning: the first would be started again at once.
    void kill(String service) {
        second(service).process().destroyForcibly();
    }

    /// Process of the worker that isn't killed.
    long firstWorker() {
        return instance("worker-service/1").process().pid();
    }

    /// Starts the instance that was killed, and waits until it is ready.
    void startAgain(String service) {
        var fresh = launch(service, second(service));
        instances.put(service + "/2", fresh);
        awaitReady(service + "/2", fresh.port());
    }

    private Instance second(String service) {
        return instance(service + "/2");
    }

    private Instance instance(String name) {
        var instance = instances.get(name);
        if (instance == null) {
            throw new ChaosException("No instance " + name);
        }
        return instance;
    }

    /// Reads from the system how a service's process was started.
    private Instance running(String service) {
        try {
            long pid =
                    Long.parseLong(
                            Files.readString(data.resolve("run").resolve(service + ".pid"))
                                    .strip());
            var process = Path.of("/proc", Long.toString(pid));
            var command = strings(process.resolve("cmdline"));
            var variables = new HashMap<String, String>();
            for (var variable : strings(process.resolve("environ"))) {
                int equals = variable.indexOf('=');
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
            var properties = (ObjectNode) JsonMapper.shared().readTree(variables.get(PROPERTIES));
            return new Instance(
                    command,
                    variables,
                    properties.get("server.port").asInt(),
                    ProcessHandle.of(pid).orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> strings(Path file) throws IOException {
        var text = Files.readString(file, StandardCharsets.UTF_8);
        return Arrays.stream(text.split("\0")).filter(part -> !part.isEmpty()).toList();
    }

    private static Instance second(Instance first) {
        var variables = new HashMap<>(first.environment());
        var properties = (ObjectNode) JsonMapper.shared().readTree(variables.get(PROPERTIES));
        int other = first.port() + SECOND;
        properties.put("server.port", Integer.toString(other));
        variables.put(PROPERTIES, properties.toString());
        return new Instance(first.command(), variables, other, first.process());
    }

    private Instance launch(String service, Instance as) {
        var log = data.resolve("logs").resolve(service + "-" + as.port() + ".log");
        var process = Processes.start(as.environment(), as.command(), log);
        return new Instance(as.command(), as.environment(), as.port(), process.toHandle());
    }

    private void awaitReady(String name, int port) {
        var health = URI.create("http://127.0.0.1:%d/actuator/health/readiness".formatted(port));
        Processes.await(
                name,
                Duration.ofMinutes(5),
                () -> {
                    try {
                        var request =
                                HttpRequest.newBuilder(health)
                                        .timeout(Duration.ofSeconds(5))
                                        .build();
                        return http.send(request, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                == 200;
                    } catch (IOException _) {
                        return false;
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new ChaosException("Interrupted", e);
                    }
                });
    }

    void awaitAllReady() {
        instances.forEach((name, instance) -> awaitReady(name, instance.port()));
    }

    @Override
    public void close() {
        instances.forEach((_, instance) -> instance.process().destroy());
        instances.forEach((_, instance) -> {
            try {
                instance.process().onExit().get(30, TimeUnit.SECONDS);
            } catch (Exception _) {
                instance.process().destroyForcibly();
            }
        });
        Processes.run(environment, List.of("./millrace", "down"));
    }
}
