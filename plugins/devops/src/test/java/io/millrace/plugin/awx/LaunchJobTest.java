// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.awx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a stand-in of AWX's REST API v2.
class LaunchJobTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final StandIn awx;

    LaunchJobTest() throws IOException {
        awx = StandIn.start().requiring("authorization", "Bearer t0ken");
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        awx.on(
                        "GET /api/v2/job_templates/",
                        asked ->
                                Answer.json(
                                        asked.path().endsWith("?name=Patch%20all")
                                                ? "{\"results\":[{\"id\":4}]}"
                                                : "{\"results\":[]}"))
                .on(
                        "POST /api/v2/job_templates/4/launch/",
                        Answer.json("{\"id\":31,\"status\":\"pending\",\"ignored_fields\":{}}"))
                .on(
                        "GET /api/v2/jobs/31/stdout/",
                        new Answer(200, Map.of(), "PLAY [all]\n\u001B[0;32mok: [web1]\u001B[0m\n"))
                .on(
                        "GET /api/v2/jobs/31/job_host_summaries/",
                        Answer.json(
                                "{\"next\":null,\"results\":[{\"host_name\":\"web1\",\"ok\":3,"
                                        + "\"changed\":1,\"failures\":0,\"dark\":0,\"skipped\":0}]}"))
                .on("POST /api/v2/jobs/31/cancel/", Answer.status(202));
    }

    @AfterEach
    void end() {
        awx.close();
    }

    private void jobIs(String... states) {
        var answers = new Answer[states.length];
        for (int i = 0; i < states.length; i++) {
            answers[i] =
                    Answer.json(
                            "{\"id\":31,\"status\":\"%s\",\"elapsed\":2.5,\"job_explanation\":\"\"}"
                                    .formatted(states[i]));
        }
        awx.on("GET /api/v2/jobs/31/", answers);
    }

    private Map<String, @Nullable Object> run(Object... properties) throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("url", awx.url());
        all.put("token", "t0ken");
        all.put("template", "Patch all");
        all.put("interval", "PT0.01S");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(new LaunchJob(), context, all);
    }

    @Test
    void aJobIsLaunchedByNameFollowedAndSummedUpByHost() throws Exception {
        jobIs("pending", "running", "successful");

        var outputs = run("limit", "web1", "extraVars", Map.of("version", 2));

        assertThat(outputs).containsEntry("jobId", "31").containsEntry("status", "successful");
        assertThat(String.valueOf(outputs.get("hosts"))).startsWith("{web1={ok=3");
        assertThat(awx.asked.get(1).body())
                .isEqualTo("{\"extra_vars\":{\"version\":2},\"limit\":\"web1\"}");
        assertThat(context.lines)
                .containsSubsequence("INFO PLAY [all]", "INFO ok: [web1]")
                .doesNotHaveDuplicates();
    }

    @Test
    void aJobThatFailsFailsTheTaskWithWhatItDid() {
        jobIs("failed");

        assertThatThrownBy(() -> run())
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsKey("hosts"))
                .hasMessage("Job 31 ended as failed");
    }

    @Test
    void aLimitThatTheTemplateWouldIgnoreIsNoRunOnAllHosts() {
        jobIs("running");
        awx.on(
                "POST /api/v2/job_templates/4/launch/",
                Answer.json("{\"id\":31,\"ignored_fields\":{\"limit\":\"web1\"}}"));

        assertThatThrownBy(() -> run("limit", "web1"))
                .hasMessageContaining("a template that asks for [limit]");
        assertThat(awx.routesAsked()).contains("POST /api/v2/jobs/31/cancel/");
    }

    @Test
    void aKillCancelsTheJob() {
        jobIs("running");
        var task = RunningTask.start(context, () -> run());
        await().until(() -> awx.routesAsked().contains("GET /api/v2/jobs/31/"));

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        await().until(() -> awx.routesAsked().contains("POST /api/v2/jobs/31/cancel/"));
    }

    @Test
    void aServerThatIsAwayOrHangsIsSaidAndLeft() throws Exception {
        assertThatThrownBy(() -> run("url", "http://127.0.0.1:" + SilentServer.closedPort()))
                .hasMessage("Unable to connect to AWX at 127.0.0.1");
        assertThatThrownBy(() -> run("url", "http://169.254.169.254"))
                .hasMessageContaining("egress policy");
        SilentServer.isLeft(context, port -> run("url", "http://127.0.0.1:" + port));
    }

    @Test
    void whoWaitsTooLongSaysSo() {
        jobIs("running");

        assertThatThrownBy(() -> run("maxDuration", "PT0.05S"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("to end within");
    }

    @Test
    void whatIsRefusedOrMissingIsSaid() {
        assertThatThrownBy(() -> run("token", "wr0ng"))
                .hasMessage("AWX refuses the credentials (401)");
        assertThatThrownBy(() -> run("template", "None"))
                .hasMessage("Expected one template 'None' but there are 0");
        assertThatThrownBy(() -> run("workflowTemplate", "1"))
                .hasMessage("Expected either template or workflowTemplate");
    }
}
