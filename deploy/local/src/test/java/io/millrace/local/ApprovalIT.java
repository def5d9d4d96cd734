// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A pause that certain people have to end: nobody else does, by whatever way.
class ApprovalIT {
    private static final String FLOW =
            """
            id: %s
            namespace: company.approvals
            tasks:
              - id: approve
                type: io.kestra.plugin.core.flow.Pause
                approval: %s
              - {id: deploy, type: io.kestra.plugin.core.log.Log, message: deployed}
            """;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void nobodyApprovesWhatHeHasStarted() throws Exception {
        var id = paused("other", "{other: true}", "alice");

        assertThat(post("alice", "/executions/" + id + "/resume")).isEqualTo(403);
        assertThat(post("alice", "/executions/" + id + "/force-run")).isGreaterThanOrEqualTo(400);
        assertThat(post("alice", "/executions/" + id + "/change-status?status=SUCCESS"))
                .isGreaterThanOrEqualTo(400);
        send("alice", "POST", "/executions/resume/by-ids", "[\"" + id + "\"]");
        send("alice", "POST", "/executions/force-run/by-ids", "[\"" + id + "\"]");
        assertThat(state(id)).isEqualTo("PAUSED");

        assertThat(post("bob", "/executions/" + id + "/resume")).isLessThan(300);

        comesTo(id, "SUCCESS");
        var run = json(send("alice", "GET", "/executions/" + id, "")).path("taskRunList");
        assertThat(run.get(0).path("outputs").path("resumed").path("by").asString())
                .isEqualTo("bob");
        // what comes after the approval isn't had again without one
        var after = run.get(1).path("id").asString();
        assertThat(post("alice", "/executions/" + id + "/replay?taskRunId=" + after))
                .isEqualTo(422);
    }

    @Test
    void onlyTheGroupApproves() throws Exception {
        var id = paused("group", "{groups: [team-data], other: false}", "alice");

        assertThat(post("alice", "/executions/" + id + "/resume")).isEqualTo(403);
        assertThat(post("bob", "/executions/" + id + "/resume")).isLessThan(300);

        comesTo(id, "SUCCESS");
    }

    @Test
    void onlyWhoMayApproveReviews() throws Exception {
        var source =
                """
                id: reviewed
                namespace: company.approvals
                tasks:
                  - id: ask
                    type: io.kestra.plugin.core.flow.Approval
                    approval: {other: true}
                    onApprove:
                      - {id: deploy, type: io.kestra.plugin.core.log.Log, message: deployed}
                """;
        assertThat(send("alice", "POST", "/flows", source).statusCode()).isEqualTo(200);
        var id =
                json(send("alice", "POST", "/executions/company.approvals/reviewed", ""))
                        .path("id")
                        .asString();
        comesTo(id, "PAUSED");
        var actions = "/executions/" + id + "/actions";
        var run =
                json(send("alice", "GET", "/executions/" + id, ""))
                        .path("taskRunList")
                        .get(0)
                        .path("id")
                        .asString();

        assertThat(post("alice", actions + "/review?decision=APPROVE&taskRunId=" + run))
                .isEqualTo(403);
        assertThat(post("alice", actions + "/cancel-approval?taskRunId=" + run)).isEqualTo(403);
        assertThat(post("bob", actions + "/resume")).isEqualTo(409);
        assertThat(post("alice", actions + "/force-run")).isGreaterThanOrEqualTo(400);
        var allowed = actions + "/review/allowed?taskRunId=" + run;
        assertThat(json(send("alice", "GET", allowed, "")).path("allowed").asBoolean()).isFalse();
        assertThat(json(send("bob", "GET", allowed, "")).path("allowed").asBoolean()).isTrue();
        assertThat(state(id)).isEqualTo("PAUSED");

        assertThat(post("bob", actions + "/review?decision=APPROVE&taskRunId=" + run))
                .isEqualTo(200);

        comesTo(id, "SUCCESS");
        assertThat(post("bob", actions + "/review?decision=DENY&taskRunId=" + run)).isEqualTo(409);
    }

    @Test
    void timeGivesNoApproval() {
        var source = FLOW.formatted("timed", "{other: true}\n    pauseDuration: PT1S");

        var answer = send("alice", "POST", "/flows", source);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("time gives no approval");
    }

    private String paused(String flow, String approval, String user) throws Exception {
        assertThat(send(user, "POST", "/flows", FLOW.formatted(flow, approval)).statusCode())
                .isEqualTo(200);
        var id =
                json(send(user, "POST", "/executions/company.approvals/" + flow, ""))
                        .path("id")
                        .asString();
        comesTo(id, "PAUSED");
        return id;
    }

    private void comesTo(String id, String state) {
        await().untilAsserted(() -> assertThat(state(id)).isEqualTo(state));
    }

    private String state(String id) {
        return json(send("alice", "GET", "/executions/" + id, ""))
                .path("state")
                .path("current")
                .asString();
    }

    private int post(String user, String path) {
        return send(user, "POST", path, "").statusCode();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return JsonMapper.shared().readTree(answer.body());
    }

    private HttpResponse<String> send(String user, String method, String path, String body) {
        var type = path.equals("/flows") ? "application/x-yaml" : "application/json";
        return send(
                HttpRequest.newBuilder(URI.create(RunningSuite.server() + "/api/v1/main" + path))
                        .timeout(Duration.ofMinutes(1))
                        .header("Authorization", "Bearer " + RunningSuite.token(user))
                        .header("Content-Type", type)
                        .method(method, BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
