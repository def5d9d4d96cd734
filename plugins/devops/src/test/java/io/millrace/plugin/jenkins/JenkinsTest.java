// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.HttpApi;
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

/// Against a stand-in of Jenkins' remote access API.
class JenkinsTest {
    private static final String JOB = "/job/team/job/my%20app";

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final StandIn jenkins;

    JenkinsTest() throws IOException {
        jenkins = StandIn.start().requiring("authorization", HttpApi.basic("ann", "t0ken"));
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        jenkins.on(
                        "POST " + JOB + "/buildWithParameters",
                        new Answer(
                                201,
                                // it may be known under another name than it calls itself
                                Map.of("Location", "http://jenkins.internal/queue/item/5/"),
                                ""))
                .on(
                        "GET /queue/item/5/api/json",
                        Answer.json("{\"why\":\"In the quiet period\"}"),
                        Answer.json("{\"executable\":{\"number\":12}}"))
                .on(
                        "GET " + JOB + "/12/logText/progressiveText",
                        asked ->
                                asked.path().endsWith("start=0")
                                        ? new Answer(
                                                200,
                                                Map.of("X-Text-Size", "8", "X-More-Data", "true"),
                                                "Started\n")
                                        : new Answer(
                                                200,
                                                Map.of("X-Text-Size", "14"),
                                                asked.path().endsWith("start=8") ? "Ended\n" : ""))
                .on("POST " + JOB + "/12/stop", Answer.status(200))
                .on("POST /queue/cancelItem", Answer.status(204));
    }

    @AfterEach
    void end() {
        jenkins.close();
    }

    private void ends(String... results) {
        var answers = new Answer[results.length];
        for (int i = 0; i < results.length; i++) {
            boolean building = results[i].isEmpty();
            answers[i] =
                    Answer.json(
                            "{\"number\":12,\"building\":%s,\"result\":%s,\"duration\":1500,\"url\":\"u\"}"
                                    .formatted(
                                            building,
                                            building ? "null" : "\"" + results[i] + "\""));
        }
        jenkins.on("GET " + JOB + "/12/api/json", answers);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("serverUrl", jenkins.url());
        all.put("username", "ann");
        all.put("apiToken", "t0ken");
        all.put("jobName", "team/my app");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private Map<String, @Nullable Object> build() throws Exception {
        return run(
                new JobBuild(),
                "parameters",
                Map.of("branch", "main"),
                "wait",
                true,
                "interval",
                "PT0.01S");
    }

    @Test
    void aBuildIsStartedFollowedAndWaitedFor() throws Exception {
        ends("", "SUCCESS");

        var outputs = build();

        assertThat(outputs)
                .containsEntry("buildNumber", 12)
                .containsEntry("result", "SUCCESS")
                .containsEntry("duration", 1.5);
        assertThat(jenkins.asked.getFirst().body()).isEqualTo("branch=main");
        assertThat(context.lines)
                .containsSubsequence("INFO Build 12", "INFO Started", "INFO Ended")
                .doesNotHaveDuplicates();
    }

    @Test
    void aBuildThatFailsFailsTheTaskAndAnUnstableOneWarns() throws Exception {
        ends("FAILURE");
        assertThatThrownBy(this::build)
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("Build 12 ended as FAILURE");

        ends("UNSTABLE");
        build();
        assertThat(context.warning).isTrue();
    }

    @Test
    void aKillStopsTheBuild() {
        ends("");
        var task = RunningTask.start(context, this::build);
        await().until(() -> jenkins.routesAsked().contains("GET " + JOB + "/12/api/json"));

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        await().until(() -> jenkins.routesAsked().contains("POST " + JOB + "/12/stop"));
    }

    @Test
    void aKillTakesTheBuildOutOfTheQueue() {
        jenkins.on("GET /queue/item/5/api/json", Answer.json("{\"why\":\"waiting\"}"));
        var task = RunningTask.start(context, this::build);
        await().until(() -> jenkins.routesAsked().contains("GET /queue/item/5/api/json"));

        task.cancel();

        await().until(() -> jenkins.routesAsked().contains("POST /queue/cancelItem"));
    }

    @Test
    void whatIsKnownOfABuildIsAnOutput() throws Exception {
        ends("SUCCESS");

        assertThat(String.valueOf(run(new JobInfo(), "buildNumber", 12).get("info")))
                .contains("result=SUCCESS");
    }

    @Test
    void whatIsRefusedOrUnreachableIsSaidWithoutTheToken() throws Exception {
        assertThatThrownBy(() -> run(new JobInfo(), "apiToken", "wr0ng"))
                .hasMessage("Jenkins refuses the credentials (401)");
        assertThatThrownBy(() ->
                        run(
                                new JobInfo(),
                                "serverUrl",
                                "http://127.0.0.1:" + SilentServer.closedPort()))
                .hasMessage("Unable to connect to Jenkins at 127.0.0.1");
        assertThatThrownBy(() -> run(new JobInfo(), "serverUrl", "ftp://ann:t0ken@x"))
                .hasMessage("Expected the URL of Jenkins, with http or https");
    }

    @Test
    void aServerThatHangsIsLeftWhenTheTaskIsCancelled() throws Exception {
        SilentServer.isLeft(
                context, port -> run(new JobInfo(), "serverUrl", "http://127.0.0.1:" + port));
    }
}
