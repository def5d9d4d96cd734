// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an attacker would send. Each is refused as it should be, says nothing about the inside, and
/// leaves nothing behind.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Hostile {
    static final JsonMapper JSON = JsonMapper.shared();
    static final String YAML = "application/x-yaml";
    static final String SEARCH = "/api/v1/main/flows/search";
    static final String OTHERS_SECRET = "flow-of-the-other-tenant";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    String alice = "";
    String bob = "";
    String dave = "";
    String othersExecution = "";

    record Attack(String name, HttpRequest.Builder request, Set<Integer> expected) {}

    @BeforeAll
    void prepare() {
        alice = RunningSuite.token("alice");
        bob = RunningSuite.token("bob");
        dave = RunningSuite.token("dave");
        var flow =
                """
                id: %s
                namespace: company.others
                tasks:
                  - {id: t, type: io.kestra.plugin.core.log.Log, message: x}
                """
                        .formatted(OTHERS_SECRET);
        // an earlier class may have left it there
        send(as(dave, "/api/v1/other/flows").header("Content-Type", YAML).POST(text(flow)));
        othersExecution =
                json(send(
                                as(
                                                dave,
                                                "/api/v1/other/executions/company.others/"
                                                        + OTHERS_SECRET
                                                        + "?wait=true")
                                        .POST(text(""))))
                        .path("id")
                        .asString();
    }

    Stream<DynamicTest> tests(List<Attack> attacks) {
        return attacks.stream().map(a -> DynamicTest.dynamicTest(a.name(), () -> check(a)));
    }

    private void check(Attack attack) {
        var answer = send(attack.request());

        assertThat(attack.expected()).as(answer.body()).contains(answer.statusCode());
        assertThat(answer.body()).doesNotContain("at io.millrace", "at java.", "Exception");
        if (!answer.uri().getPath().contains(OTHERS_SECRET)) {
            assertThat(answer.body()).doesNotContain(OTHERS_SECRET);
        }
        if (answer.statusCode() >= 400) {
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("application/problem+json");
        }
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    static String flow(String id, String namespace, String task) {
        return "id: " + id + "\nnamespace: " + namespace + "\ntasks:\n  - " + task + "\n";
    }

    static URI uri(String path) {
        return URI.create(RunningSuite.server() + path);
    }

    static HttpRequest.Builder as(String token, String path) {
        var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofMinutes(1));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    static HttpRequest.BodyPublisher text(String body) {
        return BodyPublishers.ofString(body);
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return JSON.readTree(answer.body());
    }
}
