// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What reviewers are told, and what comes of what they say.
class ReviewIT {
    private static final Suite SUITE = new Suite();

    @BeforeAll
    static void start() {
        SUITE.start();
        save(
                "release",
                """
                  - id: ask
                    type: io.kestra.plugin.core.flow.Approval
                    timeout: P1D
                    inputs: [{id: reason, type: STRING, validator: "[a-z ]+"}]
                    decisions: {approve: "Ship {{ flow.id }}", deny: Hold}
                    commentRequired: ON_DENY
                    onWait:
                      - {id: told, type: io.kestra.plugin.core.log.Log, message: asked}
                    onApprove:
                      - id: ship
                        type: io.kestra.plugin.core.debug.Return
                        format: "{{ outputs.ask.by }}: {{ outputs.ask.inputs.reason }}"
                    onDeny:
                      - {id: held, type: io.kestra.plugin.core.log.Log, message: held}
                  - {id: after, type: io.kestra.plugin.core.log.Log, message: after}
                """);
        save("plain", "  - {id: ask, type: io.kestra.plugin.core.flow.Approval}\n");
    }

    private static void save(String id, String tasks) {
        SUITE.flows.save("company.review", id, "tasks:\n" + tasks);
    }

    @AfterAll
    static void stop() {
        SUITE.close();
    }

    /// An execution that waits for somebody.
    private static String asking(String flow) {
        var id = Suite.id(SUITE.post("executions/company.review/" + flow));
        await(id, "PAUSED");
        return id;
    }

    private static void await(String id, String state) {
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(Suite.state(SUITE.get("executions/" + id))).isEqualTo(state));
    }

    private static String run(String id, String task) {
        return Suite.id(runOf(id, task));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> runOf(String id, String task) {
        var runs = (List<Map<String, Object>>) SUITE.get("executions/" + id).get("taskRunList");
        return requireNonNull(runs).stream()
                .filter(run -> task.equals(run.get("taskId")))
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> review(String id, String query, String... parts) {
        return SUITE.send(form(id, "review", query, parts));
    }

    /// @param parts names and values of a form
    private static HttpRequest.Builder form(
            String id, String action, String query, String... parts) {
        var body = new StringBuilder();
        for (int i = 0; i < parts.length; i += 2) {
            body.append("--b\r\nContent-Disposition: form-data; name=\"")
                    .append(parts[i])
                    .append("\"\r\n\r\n")
                    .append(parts[i + 1])
                    .append("\r\n");
        }
        return SUITE.request("executions/" + id + "/actions/" + action + "?" + query)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofString(body + "--b--\r\n"));
    }

    @Test
    void whoApprovesIsHeard() {
        var id = asking("release");
        var query = "taskRunId=" + run(id, "ask") + "&decision=APPROVE";

        var answer = review(id, query, "reason", "it works", "comment", "go");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        await(id, "SUCCESS");
        assertThat(runOf(id, "ship").get("outputs")).isEqualTo(Map.of("value", "alice: it works"));
        assertThat(runOf(id, "ask").get("outputs"))
                .asString()
                .contains("decision=APPROVED", "auto=false", "by=alice", "comment=go", "due=")
                .contains("/ui/main/executions/" + id);
    }

    @Test
    void whoDeniesSaysWhy() {
        var id = asking("release");
        var query = "taskRunId=" + run(id, "ask") + "&decision=DENY";

        var silent = review(id, query, "reason", "none");
        assertThat(silent.statusCode()).isEqualTo(422);
        assertThat(silent.body()).contains("\"comment\"", "Expected a comment on this decision");
        var wrong = review(id, query, "reason", "NO", "comment", "too late");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("inputs.reason");
        var endless = review(id, query, "reason", "x", "comment", "x".repeat(4097));
        assertThat(endless.statusCode()).isEqualTo(422);
        assertThat(Suite.state(SUITE.get("executions/" + id))).isEqualTo("PAUSED");

        review(id, query, "reason", "no time", "comment", "too late");

        await(id, "CANCELLED");
        assertThat(runOf(id, "held")).isNotNull();
        assertThat(SUITE.get("executions/" + id).toString()).doesNotContain("taskId=after");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 422, taskRunId",
        "taskRunId=%s, 422, decision",
        "taskRunId=%s&decision=MAYBE, 422, decision",
        "taskRunId=nonsense&decision=APPROVE, 404, nonsense",
        "taskRunId=%s9&decision=APPROVE, 404, task run",
    })
    void whatIsNotUnderstoodChangesNothing(String query, int status, String part) {
        var id = asking("plain");

        var answer = review(id, query.formatted(run(id, "ask")));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(part);
        assertThat(Suite.state(SUITE.get("executions/" + id))).isEqualTo("PAUSED");
    }

    @Test
    void onlyAnApprovalIsReviewed() {
        var id = asking("release");

        var answer = review(id, "taskRunId=" + run(id, "told") + "&decision=APPROVE");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("'told' is none");
    }

    @Test
    void oneOfTwoDecisionsAtOnceWins() {
        var id = asking("plain");
        var run = run(id, "ask");

        var answers =
                List.of("APPROVE", "DENY", "APPROVE", "DENY").stream()
                        .map(decision ->
                                CompletableFuture.supplyAsync(() ->
                                        review(id, "taskRunId=" + run + "&decision=" + decision)
                                                .statusCode()))
                        .toList();

        assertThat(answers)
                .extracting(CompletableFuture::join)
                .containsExactlyInAnyOrder(200, 409, 409, 409);
    }

    @Test
    void aResumeDecidesNothing() {
        var id = asking("plain");

        var resumed = SUITE.send(SUITE.form("executions/" + id + "/resume", "x", "y"));
        var many = SUITE.send("POST", "executions/resume/by-ids", List.of(id));

        assertThat(resumed.statusCode()).isEqualTo(409);
        assertThat(resumed.body()).contains("waits for a decision");
        assertThat(many.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(Suite.state(SUITE.get("executions/" + id))).isEqualTo("PAUSED");
    }

    @Test
    void aReviewerIsToldHowHeIsAsked() {
        var id = asking("release");
        var query = "taskRunId=" + run(id, "ask");

        var asked = SUITE.get("executions/" + id + "/actions/review/allowed?" + query);
        var checked =
                SUITE.send(
                        form(id, "review/validate", query + "&decision=APPROVE", "reason", "NO"));

        assertThat(asked)
                .containsEntry("allowed", true)
                .containsEntry("approve", "Ship release")
                .containsEntry("deny", "Hold")
                .containsEntry("commentRequired", "ON_DENY")
                .containsKey("due");
        assertThat(checked.statusCode()).isEqualTo(200);
        assertThat(checked.body()).contains("\"id\":\"reason\"", "\"errors\":[{");
        assertThat(Suite.state(SUITE.get("executions/" + id))).isEqualTo("PAUSED");
    }

    @Test
    void aRequestCanBeWithdrawn() {
        var id = asking("plain");
        var path = "executions/" + id + "/actions/cancel-approval?taskRunId=" + run(id, "ask");

        SUITE.post(path);

        await(id, "CANCELLED");
        assertThat(SUITE.send("POST", path, Map.of()).statusCode()).isEqualTo(409);
    }
}
