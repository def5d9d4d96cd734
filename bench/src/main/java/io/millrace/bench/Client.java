// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The public API as one user of one tenant.
public final class Client {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration TOKEN_FOR = Duration.ofMinutes(2);
    private static final int TOO_MANY = 429;
    private static final Duration POLL = Duration.ofMillis(50);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
    private final String base;
    private final String user;
    private final @Nullable Path settings;
    private String token = "";
    private Instant tokenUntil = Instant.MIN;

    /// @param server such as `http://localhost:8080`
    /// @param user a development user, or empty to use the token in `MILLRACE_TOKEN`
    public Client(URI server, String tenant, String user) {
        this(server, tenant, user, null);
    }

    private Client(URI server, String tenant, String user, @Nullable Path settings) {
        this.base = server + "/api/v1/" + tenant;
        this.user = user;
        this.settings = settings;
    }

    /// A client of another suite than the environment speaks of.
    ///
    /// @param settings the other suite's `millrace.env`, with its `MILLRACE_PORT`
    static Client of(Path settings, String tenant, String user) {
        var read = new Properties();
        try (var file = Files.newBufferedReader(settings)) {
            read.load(file);
        } catch (IOException e) {
            throw new BenchException("Expected settings of a suite in " + settings, e);
        }
        var server = URI.create("http://localhost:" + read.getProperty("MILLRACE_PORT", "8080"));
        return new Client(server, tenant, user, settings.toAbsolutePath());
    }

    /// Creates a flow that isn't there yet, or replaces it.
    public void deploy(String namespace, String id, String source) {
        var body = HttpRequest.BodyPublishers.ofString(source);
        var created =
                send(request("/flows").header("Content-Type", "application/x-yaml").POST(body));
        if (created.statusCode() < 300) {
            return;
        }
        expect(
                send(
                        request("/flows/" + namespace + "/" + id)
                                .header("Content-Type", "application/x-yaml")
                                .PUT(body)));
    }

    /// Starts an execution and returns its id.
    public String start(String namespace, String flow) {
        return expect(
                        send(
                                request("/executions/" + namespace + "/" + flow)
                                        .POST(HttpRequest.BodyPublishers.noBody())))
                .path("id")
                .asString();
    }

    /// Asks for a start once.
    ///
    /// @return whether it was accepted, or refused because there is too much
    public boolean mayStart(String namespace, String flow) {
        var answer =
                once(
                        request("/executions/" + namespace + "/" + flow)
                                .POST(HttpRequest.BodyPublishers.noBody()));
        if (answer.statusCode() != TOO_MANY) {
            expect(answer);
        }
        return answer.statusCode() != TOO_MANY;
    }

    /// Sets a quota of a namespace.
    public void quota(String kind, String namespace, long amount) {
        putQuota(
                "{\"kind\":\"%s\",\"namespace\":\"%s\",\"amount\":%d}"
                        .formatted(kind, namespace, amount));
    }

    /// Takes a quota of a namespace away.
    public void noQuota(String kind, String namespace) {
        putQuota("{\"kind\":\"%s\",\"namespace\":\"%s\"}".formatted(kind, namespace));
    }

    private void putQuota(String body) {
        expect(
                send(
                        request("/quotas")
                                .header("Content-Type", "application/json")
                                .PUT(HttpRequest.BodyPublishers.ofString(body))));
    }

    /// Starts an execution, and returns it as it is at its end.
    public JsonNode run(String namespace, String flow) {
        return expect(
                send(
                        request("/executions/" + namespace + "/" + flow + "?wait=true")
                                .POST(HttpRequest.BodyPublishers.noBody())));
    }

    public JsonNode execution(String id) {
        return expect(send(request("/executions/" + id).GET()));
    }

    /// Calls a webhook, without a token.
    ///
    /// @return the status of the answer
    public int callWebhook(String namespace, String flow, String key, String body) {
        try {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "%s/executions/webhook/%s/%s/%s"
                                                            .formatted(base, namespace, flow, key)))
                                    .timeout(Duration.ofMinutes(1))
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new BenchException("The suite doesn't answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted", e);
        }
    }

    /// How many executions of a flow are in a state, or in any if it is empty.
    public long count(String namespace, String flow, String state) {
        var query = "?size=1&namespace=%s&flowId=%s".formatted(encode(namespace), encode(flow));
        return expect(
                        send(
                                request(
                                                "/executions/search"
                                                        + query
                                                        + (state.isEmpty()
                                                                ? ""
                                                                : "&state=" + state))
                                        .GET()))
                .path("total")
                .asLong();
    }

    /// Waits until that many executions of a flow have succeeded.
    public void awaitSuccesses(String namespace, String flow, long expected, Duration within) {
        var deadline = Instant.now().plus(within);
        long seen = 0;
        while (seen < expected) {
            if (Instant.now().isAfter(deadline)) {
                throw new BenchException(
                        "Expected %d successes of %s.%s within %s but got %d"
                                .formatted(expected, namespace, flow, within, seen));
            }
            pause(POLL);
            seen = count(namespace, flow, "SUCCESS");
        }
    }

    /// Kills all that a flow has running.
    public void killAll(String namespace, String flow) {
        send(
                request(
                                "/executions/kill/by-query?namespace=%s&flowId=%s"
                                        .formatted(encode(namespace), encode(flow)))
                        .DELETE());
    }

    /// An authenticated request through the gateway to a handler that inserts one row.
    public void floor() {
        expect(send(request("/bench/floor").POST(HttpRequest.BodyPublishers.noBody())));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofMinutes(5))
                .header("Authorization", "Bearer " + token());
    }

    private synchronized String token() {
        if (Instant.now().isAfter(tokenUntil)) {
            token = user.isEmpty() ? System.getenv().getOrDefault("MILLRACE_TOKEN", "") : issue();
            tokenUntil = Instant.now().plus(TOKEN_FOR);
        }
        return token;
    }

    private String issue() {
        try {
            var command = new ProcessBuilder("./millrace", "token", user);
            if (settings != null) {
                // the environment wins over settings, and is that of the measured suite
                command.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
                command.environment().put("MILLRACE_ENV", settings.toString());
            }
            var process = command.start();
            var output = process.inputReader().readAllAsString().strip();
            if (process.waitFor() != 0) {
                throw new BenchException("./millrace token " + user + " failed");
            }
            return output.substring(output.lastIndexOf('\n') + 1);
        } catch (IOException e) {
            throw new BenchException("./millrace token can't be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted", e);
        }
    }

    /// Sends it, and again for as long as the answer is that there is too much at once.
    private HttpResponse<String> send(HttpRequest.Builder request) {
        while (true) {
            var answer = once(request);
            if (answer.statusCode() != TOO_MANY) {
                return answer;
            }
            pause(POLL);
        }
    }

    private HttpResponse<String> once(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new BenchException("The suite doesn't answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted", e);
        }
    }

    private static JsonNode expect(HttpResponse<String> response) {
        if (response.statusCode() >= 300) {
            throw new BenchException(
                    "%s answered %d: %s"
                            .formatted(
                                    response.uri().getPath(),
                                    response.statusCode(),
                                    response.body()));
        }
        return JSON.readTree(response.body());
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
