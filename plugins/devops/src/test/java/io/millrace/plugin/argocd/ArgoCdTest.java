// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.argocd;

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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a stand-in of Argo CD's API.
class ArgoCdTest {
    private static final String APPLICATION = "/api/v1/applications/shop";

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final StandIn argo;

    ArgoCdTest() throws IOException {
        argo = StandIn.start().requiring("authorization", "Bearer t0ken");
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        argo.on("POST " + APPLICATION + "/sync", Answer.json("{}"))
                .on("DELETE " + APPLICATION + "/operation", Answer.json("{}"));
    }

    @AfterEach
    void end() {
        argo.close();
    }

    /// @param started when what is seen was begun
    private static Answer application(String started, String phase) {
        return Answer.json(
                """
                {"status": {"sync": {"status": "Synced", "revision": "abc"},
                 "health": {"status": "Healthy"}, "resources": [{"kind": "Deployment", "name": "web"}],
                 "conditions": [{"type": "OrphanedResourceWarning"}],
                 "operationState": {"startedAt": "%s", "phase": "%s", "message": "one or more failed"}}}
                """
                        .formatted(started, phase));
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("server", argo.url());
        all.put("token", "t0ken");
        all.put("application", "shop");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private Map<String, @Nullable Object> sync(Object... more) throws Exception {
        var properties = new Object[more.length + 2];
        properties[0] = "interval";
        properties[1] = "PT0.01S";
        System.arraycopy(more, 0, properties, 2, more.length);
        return run(new Sync(), properties);
    }

    @Test
    void anApplicationIsSyncedAndWhatWasBeforeIsNotItsEnd() throws Exception {
        argo.on(
                "GET " + APPLICATION,
                application("1", "Failed"),
                application("1", "Failed"),
                application("2", "Running"),
                application("2", "Succeeded"));

        var outputs = sync("revision", "v2", "prune", true, "force", true);

        assertThat(outputs)
                .containsEntry("syncStatus", "Synced")
                .containsEntry("healthStatus", "Healthy")
                .containsEntry("revision", "abc")
                .containsEntry("phase", "Succeeded");
        assertThat(String.valueOf(outputs.get("resources"))).contains("name=web");
        assertThat(argo.asked.get(1).body())
                .isEqualTo(
                        "{\"revision\":\"v2\",\"prune\":true,\"dryRun\":false,\"strategy\":{\"apply\":{\"force\":true}}}");
    }

    @Test
    void aSyncThatFailsFailsTheTask() {
        argo.on("GET " + APPLICATION, application("1", "Failed"), application("2", "Failed"));

        assertThatThrownBy(() -> sync())
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsEntry("phase", "Failed"))
                .hasMessage("The sync of shop ended as Failed: one or more failed");
    }

    @Test
    void theStateOfAnApplicationIsRefreshedAndRead() throws Exception {
        argo.on("GET " + APPLICATION, application("1", "Succeeded"));

        var outputs = run(new Status(), "refresh", true, "appNamespace", "team");

        assertThat(outputs).containsEntry("healthStatus", "Healthy");
        assertThat(String.valueOf(outputs.get("conditions"))).contains("OrphanedResourceWarning");
        assertThat(argo.asked.getFirst().path())
                .contains("refresh=normal")
                .contains("appNamespace=team");
    }

    @Test
    void aKillEndsTheSync() {
        argo.on("GET " + APPLICATION, application("1", "Succeeded"), application("2", "Running"));
        var task = RunningTask.start(context, () -> sync());
        await().until(() -> argo.asked.size() > 3);

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        await().until(() -> argo.routesAsked().contains("DELETE " + APPLICATION + "/operation"));
    }

    @Test
    void whatIsRefusedMissingAwayOrSilentIsSaidWithoutTheToken() throws Exception {
        assertThatThrownBy(() -> run(new Status(), "token", "wr0ng"))
                .hasMessage("Argo CD refuses the credentials (401)");
        assertThatThrownBy(() -> run(new Status(), "application", "none"))
                .hasMessageContaining("404");
        assertThatThrownBy(() ->
                        run(
                                new Status(),
                                "server",
                                "127.0.0.1:" + SilentServer.closedPort(),
                                "plaintext",
                                true))
                .hasMessage("Unable to connect to Argo CD at 127.0.0.1");
        assertThatThrownBy(() -> run(new Status(), "server", "169.254.169.254"))
                .hasMessageContaining("egress policy");
        SilentServer.isLeft(
                context, port -> run(new Status(), "server", "http://127.0.0.1:" + port));
    }
}
