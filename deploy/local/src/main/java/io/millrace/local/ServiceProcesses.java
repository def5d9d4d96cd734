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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Each service as a process of its own, from the jar that its image has, too, with its log in a
/// file of its own. One that ends by itself once all were ready is started again.
final class ServiceProcesses implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceProcesses.class);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// Who lived so long may start again at once.
    private static final Duration LIVED_LONG = Duration.ofMinutes(1);

    /// As long as `./millrace up` waits.
    private static final Duration START_WITHIN =
            Duration.ofSeconds(
                    Long.parseLong(System.getenv().getOrDefault("MILLRACE_START_SECONDS", "180")));

    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private final LocalSettings settings;
    private final RunState state;
    private final Map<Service, Process> processes = new EnumMap<>(Service.class);
    private boolean closing;

    ServiceProcesses(LocalSettings settings, RunState state) {
        this.settings = settings;
        this.state = state;
    }

    /// Starts all services and returns when they are ready.
    void start(Infrastructure infrastructure) {
        try {
            for (var service : Service.values()) {
                start(service, infrastructure);
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
        for (var service : Service.values()) {
            Thread.ofVirtual()
                    .name("watch-" + service.fullName())
                    .start(() -> watch(service, infrastructure));
        }
    }

    private synchronized Process start(Service service, Infrastructure infrastructure)
            throws IOException {
        var process = start(service, infrastructure.properties(service));
        processes.put(service, process);
        state.started(service, process.pid());
        return process;
    }

    /// Starts a service again whenever it ends, after a pause that grows while it ends soon.
    private void watch(Service service, Infrastructure infrastructure) {
        var pause = SHORTEST_PAUSE;
        try {
            for (var process = current(service); process != null; process = current(service)) {
                long began = System.nanoTime();
                int code = process.waitFor();
                var lived = Duration.ofNanos(System.nanoTime() - began);
                if (isClosing()) {
                    return;
                }
                if (lived.compareTo(LIVED_LONG) > 0) {
                    pause = SHORTEST_PAUSE;
                }
                log.atWarn()
                        .addKeyValue("service", service.fullName())
                        .addKeyValue("code", code)
                        .log("A service ended; it is started again");
                Thread.sleep(pause);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
                restart(service, infrastructure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("service", service.fullName())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("A service can't be started again");
        }
    }

    private synchronized void restart(Service service, Infrastructure infrastructure)
            throws IOException {
        if (!closing) {
            start(service, infrastructure);
        }
    }

    private synchronized @Nullable Process current(Service service) {
        return closing ? null : processes.get(service);
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private Process start(Service service, Map<String, String> properties) throws IOException {
        var logs = Files.createDirectories(settings.data().resolve("logs"));
        var builder = new ProcessBuilder(command(service)).redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                        logs.resolve(service.fullName() + ".log").toFile()));
        // Not as arguments: every user of the machine sees those, and passwords are among them.
        builder.environment()
                .put("SPRING_APPLICATION_JSON", JsonMapper.shared().writeValueAsString(properties));
        return builder.start();
    }

    private static List<String> command(Service service) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        var options = System.getProperty("millrace.child-options", "");
        if (!options.isBlank()) {
            command.addAll(List.of(options.strip().split(" +")));
        }
        command.add("-Dmillrace.service=" + service.fullName());
        command.add("-jar");
        command.add(jar(service).toString());
        return command;
    }

    /// With what the service needs and nothing that another one brings.
    private static Path jar(Service service) throws IOException {
        var folder = Path.of(System.getProperty("millrace.root", ""), service.fullName(), "target");
        try (var jars = Files.newDirectoryStream(folder, service.fullName() + "-*-app.jar")) {
            for (var jar : jars) {
                return jar;
            }
        }
        throw new StartException("There is no jar of the %s in %s".formatted(service, folder));
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
        List<Process> all;
        synchronized (this) {
            closing = true;
            all = List.copyOf(processes.values());
        }
        all.forEach(Process::destroy);
        var deadline = Instant.now().plus(STOP_WITHIN);
        for (var process : all) {
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
