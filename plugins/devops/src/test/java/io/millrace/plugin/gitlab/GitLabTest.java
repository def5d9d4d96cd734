// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a stand-in of GitLab's REST API v4.
class GitLabTest {
    private static final String PIPELINE = "/api/v4/projects/team%2Fapp/pipelines/7";

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private StandIn gitlab;

    GitLabTest() throws IOException {
        gitlab = StandIn.start().requiring("private-token", "t0ken");
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    @AfterEach
    void end() {
        gitlab.close();
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("url", gitlab.url());
        all.put("token", "t0ken");
        all.put("projectId", "team/app");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private static String pipeline(String status) {
        return "{\"id\":7,\"status\":\"%s\",\"web_url\":\"https://gitlab/p/7\"}".formatted(status);
    }

    private void pipelineEnds(String... states) {
        var answers = List.of(states).stream().map(s -> Answer.json(pipeline(s))).toList();
        gitlab.on("POST /api/v4/projects/team%2Fapp/pipeline", Answer.json(pipeline("created")))
                .on("GET " + PIPELINE, answers.toArray(Answer[]::new))
                .on(
                        "GET " + PIPELINE + "/jobs",
                        Answer.json(
                                "[{\"id\":70,\"name\":\"test\",\"stage\":\"test\",\"status\":\"running\"}]"),
                        Answer.json(
                                "[{\"id\":70,\"name\":\"test\",\"stage\":\"test\",\"status\":\"success\"}]"))
                .on(
                        "GET /api/v4/projects/team%2Fapp/jobs/70/trace",
                        new Answer(200, Map.of(), "one\n\u001B[32mtwo"),
                        new Answer(200, Map.of(), "one\n\u001B[32mtwo\u001B[0m\nthree\n"))
                .on("POST " + PIPELINE + "/cancel", Answer.json(pipeline("canceled")));
    }

    @Test
    void aPipelineIsStartedFollowedAndWaitedFor() throws Exception {
        pipelineEnds("pending", "running", "success");

        var outputs =
                run(
                        new RunPipeline(),
                        "ref",
                        "v1",
                        "variables",
                        Map.of("STAGE", "prod"),
                        "interval",
                        "PT0.01S");

        assertThat(outputs).containsEntry("pipelineId", "7").containsEntry("status", "success");
        assertThat(gitlab.asked.getFirst().body())
                .isEqualTo(
                        "{\"ref\":\"v1\",\"variables\":[{\"key\":\"STAGE\",\"value\":\"prod\"}]}");
        assertThat(context.lines)
                .containsSubsequence("INFO [test] one", "INFO [test] two", "INFO [test] three")
                .doesNotHaveDuplicates();
    }

    @Test
    void aPipelineThatFailsFailsTheTaskWithWhatItDid() {
        pipelineEnds("failed");

        assertThatThrownBy(() -> run(new RunPipeline(), "interval", "PT0.01S"))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsEntry("status", "failed"))
                .hasMessage("Pipeline 7 ended as failed");
    }

    @Test
    void aKillCancelsThePipeline() {
        pipelineEnds("running");
        var task = RunningTask.start(context, () -> run(new RunPipeline(), "interval", "PT0.05S"));
        await().until(() -> gitlab.routesAsked().contains("GET " + PIPELINE));

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        await().until(() -> gitlab.routesAsked().contains("POST " + PIPELINE + "/cancel"));
    }

    @Test
    void whoWaitsTooLongSaysSo() {
        pipelineEnds("running");

        assertThatThrownBy(() ->
                        run(new RunPipeline(), "interval", "PT0.01S", "maxDuration", "PT0.1S"))
                .hasMessage("Expected pipeline 7 of GitLab to end within PT0.1S");
    }

    @Test
    void aManualJobIsPlayed() throws Exception {
        var job = "/api/v4/projects/team%2Fapp/jobs/70";
        gitlab.on("POST " + job + "/play", Answer.json("{\"id\":70,\"status\":\"pending\"}"))
                .on(
                        "GET " + job,
                        Answer.json("{\"id\":70,\"status\":\"manual\"}"),
                        Answer.json("{\"id\":70,\"status\":\"success\",\"duration\":2.5}"))
                .on("GET " + job + "/trace", new Answer(200, Map.of(), "deployed"));

        var outputs = run(new RunJob(), "jobId", "70", "interval", "PT0.01S");

        assertThat(outputs).containsEntry("status", "success").containsEntry("duration", 2.5);
        assertThat(context.lines).containsExactly("INFO deployed");
    }

    @Test
    void issuesAndMergeRequestsAreOpenedAndFound() throws Exception {
        gitlab.on(
                        "POST /api/v4/projects/team%2Fapp/issues",
                        new Answer(
                                201,
                                Map.of(),
                                "{\"id\":9,\"iid\":1,\"web_url\":\"https://gitlab/i/1\"}"))
                .on(
                        "GET /api/v4/projects/team%2Fapp/issues",
                        Answer.json("[{\"id\":9,\"title\":\"Bug\"}]"))
                .on(
                        "POST /api/v4/projects/team%2Fapp/merge_requests",
                        new Answer(201, Map.of(), "{\"id\":3,\"iid\":2,\"web_url\":\"u\"}"));

        Object[] issue = {
            "title", "Bug", "labels", List.of("a", "b"), "apiPath", "/api/v4/projects"
        };
        assertThat(run(new CreateIssue(), issue))
                .containsEntry("issueId", "9")
                .containsEntry("webUrl", "https://gitlab/i/1")
                .containsEntry("statusCode", 201);
        assertThat(gitlab.asked.getLast().body())
                .isEqualTo("{\"title\":\"Bug\",\"labels\":\"a,b\"}");
        assertThat(run(new SearchIssues(), "search", "a b", "labels", List.of("x y")))
                .containsEntry("count", 1);
        assertThat(gitlab.asked.getLast().path())
                .endsWith("?state=opened&per_page=100&search=a%20b&labels=x%20y&page=1");
        assertThat(
                        run(
                                new CreateMergeRequest(),
                                "title",
                                "M",
                                "sourceBranch",
                                "s",
                                "targetBranch",
                                "t"))
                .containsEntry("mergeReqID", "3");
    }

    @Test
    void whatIsRefusedMissingOrUnreachableIsSaidWithoutTheToken() throws Exception {
        assertThatThrownBy(() -> run(new CreateIssue(), "title", "x", "token", "wr0ng"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("GitLab refuses the credentials (401)");
        assertThatThrownBy(() -> run(new CreateIssue(), "title", "x", "projectId", "none"))
                .hasMessageContaining("GitLab answered 404");
        assertThatThrownBy(() ->
                        run(
                                new CreateIssue(),
                                "title",
                                "x",
                                "url",
                                "http://127.0.0.1:" + SilentServer.closedPort()))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("Unable to connect to GitLab at 127.0.0.1")
                .hasMessageNotContaining("t0ken");
        assertThatThrownBy(
                        () -> run(new CreateIssue(), "title", "x", "url", "http://169.254.169.254"))
                .hasMessageContaining("egress policy");
    }

    @Test
    void aServerThatHangsIsLeftWhenTheTaskIsCancelled() throws Exception {
        SilentServer.isLeft(
                context,
                port -> run(new CreateIssue(), "title", "x", "url", "http://127.0.0.1:" + port));
    }

    @Test
    void whatAsksToComeLaterIsTriedAgain() throws Exception {
        gitlab.on(
                "POST /api/v4/projects/team%2Fapp/issues",
                new Answer(429, Map.of("Retry-After", "0"), "later"),
                new Answer(201, Map.of(), "{\"id\":9}"));

        assertThat(run(new CreateIssue(), "title", "x")).containsEntry("issueId", "9");
        assertThat(gitlab.asked).hasSize(2);
    }
}
