// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Quotas of a namespace, with what is used of them, as its admin meets them.
class QuotaIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static String token = "";

    private String team = "";

    @BeforeAll
    static void signIn() {
        token = RunningSuite.token("alice");
    }

    @BeforeEach
    void freshNamespace() {
        team = "quotas.team" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static String flow(String namespace, String id, String more) {
        return """
        id: %s
        namespace: %s
        tasks:
          - id: say
            type: io.kestra.plugin.core.log.Log
            message: LINE
        """
                        .formatted(id, namespace)
                        .replace("LINE", "x".repeat(100))
                + more;
    }

    private static final String SCHEDULE =
            """
            triggers:
              - id: yearly
                type: io.kestra.plugin.core.trigger.Schedule
                cron: "0 0 1 1 *"
            """;

    @Test
    void aFlowWithOneScheduleTooManyIsNotSaved() {
        quota("schedules", 1);
        assertThat(save(flow(team, "first", SCHEDULE)).statusCode()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(20)).until(() -> used("schedules") == 1);

        refused(save(flow(team + ".below", "second", SCHEDULE)), "schedules");

        assertThat(save(flow(team, "without", "")).statusCode()).isEqualTo(200);
        var changed =
                send(
                        api("/flows/" + team + "/first")
                                .header("Content-Type", "application/x-yaml")
                                .PUT(
                                        text(
                                                flow(team, "first", SCHEDULE)
                                                        + "description: changed\n")));
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    }

    @Test
    void filesThatAreTooManyBytesAreNotStored() {
        quota("storage-bytes", 1000);
        assertThat(upload("a.txt", 600).statusCode()).isEqualTo(200);
        assertThat(used("storage-bytes")).isEqualTo(600);

        refused(upload("b.txt", 600), "storage-bytes");

        assertThat(upload("c.txt", 400).statusCode()).isEqualTo(200);
        assertThat(used("storage-bytes")).isEqualTo(1000);
    }

    @Test
    void nothingIsStartedWhenTheDaysLogIsFull() {
        assertThat(save(flow(team, "talks", "")).statusCode()).isEqualTo(200);
        quota("log-bytes", 60);
        assertThat(start("talks").statusCode()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(20)).until(() -> used("log-bytes") > 60);

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> refused(start("talks"), "log-bytes"));
    }

    @Test
    void nothingIsStartedWhileTooManyTasksWait() {
        assertThat(save(flow(team, "waits", "")).statusCode()).isEqualTo(200);
        quota("queued-tasks", 0);

        refused(start("waits"), "queued-tasks");

        assertThat(used("queued-tasks")).isZero();
        quota("queued-tasks", 1);
        assertThat(start("waits").statusCode()).isEqualTo(200);
    }

    private void refused(HttpResponse<String> answer, String kind) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(answer.body()).contains("in namespace " + team);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.headers().allValues("RateLimit")).anyMatch(v -> v.contains(kind));
        assertThat(answer.headers().allValues("RateLimit-Policy")).anyMatch(v -> v.contains(kind));
    }

    private void quota(String kind, long amount) {
        var body =
                "{\"kind\": \"%s\", \"namespace\": \"%s\", \"amount\": %d}"
                        .formatted(kind, team, amount);
        var answer =
                send(api("/quotas").header("Content-Type", "application/json").PUT(text(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private long used(String kind) {
        return json(api("/quotas").GET())
                .path("results")
                .valueStream()
                .filter(q -> q.path("kind").asString().equals(kind))
                .filter(q -> q.path("namespace").asString().equals(team))
                .findFirst()
                .orElseThrow()
                .path("used")
                .asLong(-1);
    }

    private HttpResponse<String> upload(String path, int bytes) {
        var form =
                "--b\r\nContent-Disposition: form-data; name=\"fileContent\"; filename=\"f\"\r\n\r\n%s\r\n--b--\r\n"
                        .formatted("x".repeat(bytes));
        return send(
                api("/namespaces/" + team + "/files?path=/" + path)
                        .header("Content-Type", "multipart/form-data; boundary=b")
                        .POST(text(form)));
    }

    // ---- the API

    private static HttpResponse<String> save(String source) {
        return send(api("/flows").header("Content-Type", "application/x-yaml").POST(text(source)));
    }

    private HttpResponse<String> start(String flow) {
        return send(
                api("/executions/" + team + "/" + flow + "?wait=true")
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static HttpRequest.Builder api(String path) {
        return HttpRequest.newBuilder(URI.create(RunningSuite.server() + "/api/v1/main" + path))
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + token);
    }

    private static HttpRequest.BodyPublisher text(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    private static JsonNode json(HttpRequest.Builder request) {
        var answer = send(request);
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return JSON.readTree(answer.body());
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
