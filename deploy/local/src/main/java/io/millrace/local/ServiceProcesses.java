// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/// Each service as a process of its own, on this class path, with its log in a file of its own.
final class ServiceProcesses implements AutoCloseable {
    /// As long as `./millrace up` waits.
    private static final Duration START_WITHIN =
            Duration.ofSeconds(
                    Long.parseLong(System.getenv().getOrDefault("MILLRACE_START_SECONDS", "180")));

    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private final LocalSettings settings;
    private final RunState state;
    private final Map<Service, Process> processes = new EnumMap<>(Service.class);

    ServiceProcesses(LocalSettings settings, RunState state) {
        this.settings = settings;
        this.state = state;
    }

    /// Starts all services and returns when they are ready.
    void start(Infrastructure infrastructure) {
        try {
            for (var service : Service.values()) {
                var process = start(service, infrastructure.properties(service));
                processes.put(service, process);
                state.started(service, process.pid());
            }
        } catch (IOException e) {
            throw new StartException("A service's process can't be started", e);
        }
        try (var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            var deadline = Instant.now().plus(START_WITHIN);
            for (var entry : processes.entrySet()) {
                awaitReady(http, entry.getKey(), entry.getValue(), deadline);
            }
        }
    }

    private Process start(Service service, Map<String, String> properties) throws IOException {
        var logs = Files.createDirectories(settings.data().resolve("logs"));
        var builder = new ProcessBuilder(command(service)).redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                        logs.resolve(service.fullName() + ".log").toFile()));
        var all = new LinkedHashMap<>(properties);
        all.put("logging.config", "classpath:millrace-logback.xml");
        // Not as arguments: every user of the machine sees those, and passwords are among them.
        builder.environment()
                .put("SPRING_APPLICATION_JSON", JsonMapper.shared().writeValueAsString(all));
        return builder.start();
    }

    private static List<String> command(Service service) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        var options = System.getProperty("millrace.child-options", "");
        if (!options.isBlank()) {
            command.addAll(List.of(options.strip().split(" +")));
        }
        command.add("-Dmillrace.service=" + service.fullName());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(service.application());
        return command;
    }

    private void awaitReady(HttpClient http, Service service, Process process, Instant deadline) {
        var health =
                URI.create(
                        "http://127.0.0.1:%d/actuator/health/readiness"
                                .formatted(settings.port(service)));
        while (!isReady(http, health)) {
            if (!process.isAlive()) {
                throw new StartException(
                        "The %s ended with %d: see `./millrace logs %s`"
                                .formatted(
                                        service.fullName(),
                                        process.exitValue(),
                                        service.fullName()));
            }
            if (Instant.now().isAfter(deadline)) {
                throw new StartException(
                        "The %s isn't ready after %s: see `./millrace logs %s`"
                                .formatted(service.fullName(), START_WITHIN, service.fullName()));
            }
            pause();
        }
    }

    private static boolean isReady(HttpClient http, URI health) {
        try {
            var request = HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("Interrupted while starting", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(200));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("Interrupted while starting", e);
        }
    }

    /// Asks all processes to end, and ends those that don't.
    @Override
    public void close() {
        processes.values().forEach(Process::destroy);
        var deadline = Instant.now().plus(STOP_WITHIN);
        for (var process : processes.values()) {
            try {
                long left = Duration.between(Instant.now(), deadline).toMillis();
                if (!process.waitFor(Math.max(0, left), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
