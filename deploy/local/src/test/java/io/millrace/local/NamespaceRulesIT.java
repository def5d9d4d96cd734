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
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a namespace allows, as a user meets it: where a flow is saved, and where it runs.
class NamespaceRulesIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static String token = "";

    private String team = "";
    private String other = "";

    @BeforeAll
    static void signIn() {
        token = RunningSuite.token("alice");
    }

    @BeforeEach
    void freshNamespaces() {
        var unique = UUID.randomUUID().toString().substring(0, 8);
        team = "rules.team" + unique;
        other = "rules.other" + unique;
    }

    // ---- types

    private static String log(String namespace, String id) {
        return """
        id: %s
        namespace: %s
        tasks:
          - id: say
            type: io.kestra.plugin.core.log.Log
            message: hello
          - id: fetch
            type: io.kestra.plugin.core.http.Request
            uri: http://127.0.0.1:1/
        """
                .formatted(id, namespace);
    }

    @Test
    void aForbiddenTypeIsRefusedWhereItStands() {
        settings(team, "\"taskTypes\": {\"forbidden\": [\"io.kestra.plugin.core.http.*\"]}");

        var refused = save(log(team + ".below", "refused"));

        assertThat(refused.statusCode()).isEqualTo(422);
        var error = JSON.readTree(refused.body()).path("errors").path(0);
        assertThat(error.path("line").asInt()).as(refused.body()).isEqualTo(8);
        assertThat(error.path("column").asInt()).as(refused.body()).isEqualTo(11);
        assertThat(refused.body())
                .contains(
                        "The type io.kestra.plugin.core.http.Request isn't allowed in namespace "
                                + team);
        var validated = send(api("/flows/validate").POST(text(log(team, "refused"))));
        assertThat(validated.body()).contains("isn't allowed in namespace " + team);
    }

    @Test
    void aNamespaceBelowCanNotTakeBackWhatOneAboveHasRefused() {
        settings(team, "\"taskTypes\": {\"allowed\": [\"io.kestra.plugin.core.log.Log\"]}");
        settings(team + ".below", "\"taskTypes\": {\"allowed\": [\"io.kestra.plugin.*\"]}");

        assertThat(save(log(team + ".below", "refused")).statusCode()).isEqualTo(422);
        var rules = json(api("/namespaces/" + team + ".below/inherited-rules").GET());
        assertThat(rules.path("taskTypes").path(0).path("namespace").asString()).isEqualTo(team);
    }

    @Test
    void aTypeThatIsForbiddenAfterTheFlowWasSavedDoesNotRun() {
        assertThat(save(log(team, "late")).statusCode()).isEqualTo(200);
        settings(team, "\"taskTypes\": {\"forbidden\": [\"io.kestra.plugin.core.log.Log\"]}");

        var ended = run(team, "late");

        assertThat(state(ended)).isEqualTo("FAILED");
        assertThat(messages(ended)).anyMatch(m -> m.contains("isn't allowed in namespace " + team));
        assertThat(ended.path("taskRunList")).hasSize(1);
    }

    // ---- other namespaces

    private static String caller(String namespace, String called) {
        return """
        id: caller
        namespace: %s
        tasks:
          - id: call
            type: io.kestra.plugin.core.flow.Subflow
            namespace: %s
            flowId: called
        """
                .formatted(namespace, called);
    }

    private static String called(String namespace) {
        return """
        id: called
        namespace: %s
        tasks:
          - id: say
            type: io.kestra.plugin.core.log.Log
            message: called
        """
                .formatted(namespace);
    }

    @Test
    void aSubflowOfAnotherNamespaceRunsUnlessThatSaysWhoMay() {
        assertThat(save(called(other)).statusCode()).isEqualTo(200);
        assertThat(save(caller(team, other)).statusCode()).isEqualTo(200);
        assertThat(state(run(team, "caller"))).isEqualTo("SUCCESS");

        settings(other, "\"allowedNamespaces\": [{\"namespace\": \"rules.nobody\"}]");

        var ended = run(team, "caller");
        assertThat(state(ended)).isEqualTo("FAILED");
        assertThat(messages(ended))
                .anyMatch(m -> m.contains("isn't allowed to use flows of namespace '" + other));
        var refused = save(caller(team, other).replace("id: caller", "id: again"));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
        assertThat(JSON.readTree(refused.body()).path("errors").path(0).path("line").asInt())
                .isEqualTo(7);

        settings(other, "\"allowedNamespaces\": [{\"namespace\": \"%s\"}]".formatted(team));
        assertThat(state(run(team, "caller"))).isEqualTo("SUCCESS");
    }

    @Test
    void thoseAboveAndBelowNeedNoPermission() {
        settings(team, "\"allowedNamespaces\": []");
        assertThat(save(called(team)).statusCode()).isEqualTo(200);

        assertThat(save(caller(team + ".below", team)).statusCode()).isEqualTo(200);

        assertThat(state(run(team + ".below", "caller"))).isEqualTo("SUCCESS");
    }

    @Test
    void keysAreReadByThoseWhomTheirNamespaceAllows() {
        settings(other, "\"allowedNamespaces\": [{\"namespace\": \"%s\"}]".formatted(team));
        assertThat(
                        send(api("/namespaces/" + other + "/kv/region").PUT(text("\"eu\"")))
                                .statusCode())
                .isEqualTo(200);
        var reader =
                """
                id: reader
                namespace: %s
                tasks:
                  - id: say
                    type: io.kestra.plugin.core.log.Log
                    message: "in {{ kv('region', '%s') }}"
                """
                        .formatted(team, other);
        assertThat(save(reader).statusCode()).isEqualTo(200);
        assertThat(messages(run(team, "reader"))).contains("in eu");

        settings(other, "\"allowedNamespaces\": []");

        assertThat(state(run(team, "reader"))).isEqualTo("FAILED");
    }

    @Test
    void filesAreReadByThoseWhomTheirNamespaceAllows() {
        settings(other, "\"allowedNamespaces\": [{\"namespace\": \"%s\"}]".formatted(team));
        assertThat(
                        send(api("/namespaces/" + other + "/files?path=/region.txt")
                                        .header("Content-Type", "multipart/form-data; boundary=b")
                                        .POST(
                                                text(
                                                        """
                                                        --b\r
                                                        Content-Disposition: form-data; name="fileContent"; filename="region.txt"\r
                                                        \r
                                                        eu\r
                                                        --b--\r
                                                        """)))
                                .statusCode())
                .isEqualTo(200);
        var reader =
                """
                id: file-reader
                namespace: %s
                tasks:
                  - id: say
                    type: io.kestra.plugin.core.log.Log
                    message: "in {{ read('region.txt', namespace='%s') }}"
                  - id: copied
                    type: io.kestra.plugin.scripts.shell.Commands
                    namespaceFiles: {enabled: true, namespaces: [%s]}
                    commands: ["echo copied $(cat region.txt)"]
                """
                        .formatted(team, other, other);
        assertThat(save(reader).statusCode()).isEqualTo(200);
        assertThat(messages(run(team, "file-reader"))).contains("in eu", "copied eu");

        settings(other, "\"allowedNamespaces\": []");

        assertThat(state(run(team, "file-reader"))).isEqualTo("FAILED");
    }

    @Test
    void endsOfExecutionsAreHeardByThoseWhomTheirNamespaceAllows() {
        assertThat(save(called(other)).statusCode()).isEqualTo(200);
        assertThat(save(listener(team, "listener", other)).statusCode()).isEqualTo(200);
        // of the same namespace: it hears in any case, and so tells when an end was looked at
        assertThat(save(listener(other, "witness", other)).statusCode()).isEqualTo(200);
        settings(other, "\"allowedNamespaces\": []");
        run(other, "called");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(executions(other, "witness")).hasSize(1));
        assertThat(executions(team, "listener")).isEmpty();

        settings(other, "\"allowedNamespaces\": [{\"namespace\": \"%s\"}]".formatted(team));
        var heard = run(other, "called").path("id").asString();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(executions(team, "listener")).hasSize(1));
        var trigger = executions(team, "listener").getFirst().path("trigger");
        assertThat(trigger.path("variables").path("executionId").asString()).isEqualTo(heard);
    }

    private static String listener(String namespace, String id, String heard) {
        return """
        id: %s
        namespace: %s
        tasks:
          - id: say
            type: io.kestra.plugin.core.log.Log
            message: heard
        triggers:
          - id: upstream
            type: io.kestra.plugin.core.trigger.Flow
            conditions:
              - type: io.kestra.plugin.core.condition.ExecutionFlow
                namespace: %s
                flowId: called
        """
                .formatted(id, namespace, heard);
    }

    private static List<JsonNode> executions(String namespace, String flow) {
        return json(api("/executions/search?namespace=" + namespace + "&flowId=" + flow).GET())
                .path("results")
                .valueStream()
                .toList();
    }

    @Test
    void rulesThatNothingCanFollowAreRefused() {
        for (var rules :
                List.of(
                        "\"taskTypes\": {\"allowed\": [\"a*b\"]}",
                        "\"taskTypes\": {\"forbidden\": [\"\"]}",
                        "\"allowedNamespaces\": [{\"namespace\": \"Not A Name\"}]",
                        "\"allowedNamespaces\": [{}]")) {
            var answer =
                    send(
                            api("/namespaces")
                                    .header("Content-Type", "application/json")
                                    .POST(text("{\"id\": \"" + team + "\", " + rules + "}")));

            assertThat(answer.statusCode()).as(rules).isEqualTo(422);
        }
    }

    // ---- the API

    private static void settings(String namespace, String rules) {
        var body = "{\"id\": \"" + namespace + "\", " + rules + "}";
        boolean known = send(api("/namespaces/" + namespace).GET()).statusCode() == 200;
        var answer =
                send(
                        known
                                ? api("/namespaces/" + namespace)
                                        .header("Content-Type", "application/json")
                                        .PUT(text(body))
                                : api("/namespaces")
                                        .header("Content-Type", "application/json")
                                        .POST(text(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static HttpResponse<String> save(String source) {
        return send(api("/flows").header("Content-Type", "application/x-yaml").POST(text(source)));
    }

    private static JsonNode run(String namespace, String flow) {
        return json(
                api("/executions/" + namespace + "/" + flow + "?wait=true")
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static String state(JsonNode execution) {
        return execution.path("state").path("current").asString();
    }

    private static List<String> messages(JsonNode execution) {
        return json(api("/logs/" + execution.path("id").asString()).GET())
                .valueStream()
                .map(line -> line.path("message").asString())
                .toList();
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
