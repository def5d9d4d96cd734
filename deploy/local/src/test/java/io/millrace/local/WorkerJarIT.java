// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.platform.identity.IdentityKeys;
import io.millrace.test.TestBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// A worker from its own jar, as its image starts it: the one service without a database, so that
/// classes which another one brings are missed here first.
class WorkerJarIT {
    @Test
    void aWorkerStartsFromItsOwnJarAndEndsWhenAsked(@TempDir Path directory) throws Exception {
        IdentityKeys.generate(directory);
        int port = SuiteProcess.freePorts(1);
        try (var broker = TestBroker.create()) {
            var process = start(directory, broker, port);
            try {
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(200))
                        .until(() -> !process.isAlive() || isReady(port));
                assertThat(process.isAlive()).as(log(directory)).isTrue();

                process.destroy();

                assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
                assertThat(process.exitValue()).as(log(directory)).isEqualTo(143);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static Process start(Path directory, TestBroker broker, int port) throws IOException {
        var properties = new HashMap<String, String>();
        properties.putAll(broker.properties());
        properties.putAll(IdentityKeys.properties(directory, "worker"));
        properties.put("server.port", String.valueOf(port));
        properties.put("millrace.storage.directory", directory.resolve("storage").toString());
        properties.put("millrace.worker.tenants", "main");
        for (var service : Service.values()) {
            properties.put(
                    "millrace.services." + service.shortName() + ".url", "http://127.0.0.1:9");
        }
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-jar",
                                jar().toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("worker.log").toFile());
        builder.environment()
                .put("SPRING_APPLICATION_JSON", JsonMapper.shared().writeValueAsString(properties));
        return builder.start();
    }

    private static Path jar() throws IOException {
        var folder = Path.of("..", "..", "worker-service", "target");
        try (var jars = Files.newDirectoryStream(folder, "worker-service-*-app.jar")) {
            return jars.iterator().next();
        }
    }

    private static boolean isReady(int port) throws InterruptedException {
        var health = URI.create("http://127.0.0.1:%d/actuator/health/readiness".formatted(port));
        try (var http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private static String log(Path directory) throws IOException {
        return Files.readString(directory.resolve("worker.log"));
    }
}
