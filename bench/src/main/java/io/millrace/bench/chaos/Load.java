// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Starts executions at a steady rate, whatever happens, and notes which were acknowledged.
final class Load {
    private static final String JSON = "application/json";

    private final List<URI> gateways;
    private final Supplier<String> token;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(3))
                    .build();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();

    Load(List<URI> gateways, Supplier<String> token) {
        this.gateways = List.copyOf(gateways);
        this.token = token;
    }

    /// Returns when so many were acknowledged, and all else is over.
    ///
    /// @param perSecond how many are sent a second
    void run(String namespace, String flow, int executions, int perSecond, BooleanSupplier isOver) {
        var begin = Instant.now();
        var path = "executions/%s/%s?wait=false".formatted(namespace, flow);
        while (acknowledged.size() < executions || !isOver.getAsBoolean()) {
            long due = Duration.between(begin, Instant.now()).toMillis() * perSecond / 1000;
            while (sent.get() < due && inFlight() < 200) {
                sent.incrementAndGet();
                var _ = Thread.ofVirtual().start(() -> startOne(path));
            }
            Processes.pause(Duration.ofMillis(10));
        }
        Processes.await("the last answers", Duration.ofMinutes(2), () -> inFlight() == 0);
    }

    private int inFlight() {
        return sent.get() - refused.get() - acknowledged.size();
    }

    private void startOne(String path) {
        try {
            var answer = send("POST", path, JSON, "{}");
            if (answer.statusCode() == 200) {
                acknowledged.add(JsonMapper.shared().readTree(answer.body()).get("id").asString());
                return;
            }
        } catch (IOException | RuntimeException _) {
            // what was not acknowledged may or may not exist
        }
        refused.incrementAndGet();
    }

    List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    int refused() {
        return refused.get();
    }

    JsonNode get(String path) {
        return JsonMapper.shared().readTree(text(path));
    }

    /// A JSON document a line.
    List<JsonNode> lines(String path) {
        return text(path).lines().map(JsonMapper.shared()::readTree).toList();
    }

    private String text(String path) {
        for (int tries = 1; ; tries++) {
            try {
                var answer = send("GET", path, JSON, "");
                if (answer.statusCode() == 200) {
                    return answer.body();
                }
                if (tries == 20) {
                    throw new ChaosException(
                            "GET %s: %d %s".formatted(path, answer.statusCode(), answer.body()));
                }
            } catch (IOException e) {
                if (tries == 20) {
                    throw new ChaosException("GET " + path, e);
                }
            }
            Processes.pause(Duration.ofMillis(500));
        }
    }

    void deploy(String source) {
        try {
            var request = request("flows").header("Content-Type", "application/x-yaml");
            var answer =
                    http.send(
                            request.POST(HttpRequest.BodyPublishers.ofString(source)).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new ChaosException("The flow was refused: " + answer.body());
            }
        } catch (IOException e) {
            throw new ChaosException("The flow can't be deployed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChaosException("Interrupted", e);
        }
    }

    HttpResponse<String> send(String method, String path, String type, String body)
            throws IOException {
        try {
            return http.send(
                    request(path)
                            .header("Content-Type", type)
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChaosException("Interrupted", e);
        }
    }

    private HttpRequest.Builder request(String path) {
        var gateway = gateways.get(sent.get() % gateways.size());
        return HttpRequest.newBuilder(URI.create(gateway + "/api/v1/main/" + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token.get());
    }
}
