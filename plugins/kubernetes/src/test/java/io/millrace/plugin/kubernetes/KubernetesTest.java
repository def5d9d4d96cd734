// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a stand-in of the API server; a cluster can't be run here.
class KubernetesTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final ApiServer server;

    KubernetesTest() throws IOException {
        server = ApiServer.start();
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    @AfterEach
    void end() {
        server.close();
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("connection", Map.of("masterUrl", server.url(), "oauthToken", "t0ken"));
        all.put("namespace", "team");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private String podPath() {
        var prefix = "/api/v1/namespaces/team/pods/";
        await().until(() -> !server.paths(prefix).isEmpty());
        return server.paths(prefix).getFirst();
    }

    private void podIs(String path, String phase, String state) {
        server.status(
                path,
                "{\"phase\":\"%s\",\"containerStatuses\":[{\"name\":\"work\",\"state\":%s}]}"
                        .formatted(phase, state));
    }

    private RunningTask pod(FakeContext with) {
        return pod(with, Map.of());
    }

    /// @param more of the pod's spec
    private RunningTask pod(FakeContext with, Map<String, Object> more) {
        var spec = new HashMap<String, Object>(more);
        spec.put(
                "containers",
                List.of(Map.of("name", "work", "image", "busybox", "command", List.of("true"))));
        return RunningTask.start(
                with, () -> run(new PodCreate(), "waitUntilRunning", "PT1S", "spec", spec));
    }

    /// What is answered to a log until the container starts.
    private void waitsToStart(String pod, String container) {
        server.refuses(
                pod + "/log?timestamps=true&follow=true&container=" + container,
                400,
                "container \"%s\" in pod is waiting to start: PodInitializing"
                        .formatted(container));
    }

    private static String exited(String name, int code, String reason) {
        return "{\"name\":\"%s\",\"state\":{\"terminated\":{\"exitCode\":%d,\"reason\":\"%s\"}}}"
                .formatted(name, code, reason);
    }

    private static final String WAITING =
            "\"containerStatuses\":[{\"name\":\"work\",\"state\":{\"waiting\":{\"reason\":\"PodInitializing\"}}}]";

    @Test
    void aPodRunsToItsEndItsLogIsTheTasksAndItIsDeleted() throws Exception {
        var task = pod(context);
        var path = podPath();
        server.answer(
                path + "/log?timestamps=true&follow=true&container=work",
                "2026-01-01T00:00:00.000000001Z hello\n"
                        + "2026-01-01T00:00:01Z ::{\"outputs\":{\"a\":1}}::\n");
        podIs(path, "Running", "{\"running\":{}}");
        await().until(() -> context.lines.contains("INFO hello"));
        podIs(path, "Succeeded", "{\"terminated\":{\"exitCode\":0}}");

        assertThat(task.await(Duration.ofSeconds(10))).isNull();

        assertThat(server.object(path)).isEmpty();
    }

    @Test
    void aPodThatFailsFailsTheTaskAndOneThatIsKilledIsDeleted() throws Exception {
        var failing = pod(context);
        var path = podPath();
        server.answer(path + "/log?timestamps=true&follow=true&container=work", "");
        podIs(path, "Failed", "{\"terminated\":{\"exitCode\":3}}");
        assertThat(failing.await(Duration.ofSeconds(10)))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("Container work failed with exit code 3");

        context = new FakeContext(directory);
        var hopeless = pod(context);
        path = podPath();
        podIs(
                path,
                "Pending",
                "{\"waiting\":{\"reason\":\"ImagePullBackOff\",\"message\":\"no such image\"}}");
        assertThat(hopeless.await(Duration.ofSeconds(10)))
                .hasMessageContaining("ImagePullBackOff: no such image");

        context = new FakeContext(directory);
        var killed = pod(context);
        var last = podPath();
        assertThat(killed.cancel()).isInstanceOf(InterruptedException.class);
        assertThat(server.object(last)).isEmpty();
    }

    @Test
    void anInitContainerThatFailsIsNamedAndItsLogShown() throws Exception {
        var inits =
                List.of(
                        Map.of("name", "proxy", "image", "busybox", "restartPolicy", "Always"),
                        Map.of("name", "prep", "image", "busybox"));
        var task = pod(context, Map.of("initContainers", inits));
        var path = podPath();
        waitsToStart(path, "work");
        server.answer(
                path + "/log?timestamps=true&follow=true&container=prep",
                "2026-01-01T00:00:00Z no database\n");
        server.status(
                path,
                "{\"phase\":\"Failed\",%s,\"initContainerStatuses\":[%s,%s]}"
                        .formatted(
                                WAITING,
                                exited("proxy", 137, "Error"),
                                exited("prep", 7, "Error")));

        assertThat(task.await(Duration.ofSeconds(10)))
                .hasMessage("Init container prep failed with exit code 7");
        assertThat(context.lines).contains("INFO no database");
    }

    @Test
    void aSidecarThatIsEndedWithItsPodIsNoFailure() throws Exception {
        var inits = List.of(Map.of("name", "proxy", "image", "busybox", "restartPolicy", "Always"));
        var task = pod(context, Map.of("initContainers", inits));
        var path = podPath();
        server.answer(path + "/log?timestamps=true&follow=true&container=work", "");
        server.status(
                path,
                "{\"phase\":\"Succeeded\",\"containerStatuses\":[%s],\"initContainerStatuses\":[%s]}"
                        .formatted(exited("work", 0, "Completed"), exited("proxy", 137, "Error")));

        assertThat(task.await(Duration.ofSeconds(10))).isNull();
    }

    @Test
    void whyAPodWasEndedOrDoesntStartIsSaid() throws Exception {
        var late = pod(context);
        var path = podPath();
        waitsToStart(path, "work");
        server.status(
                path,
                "{\"phase\":\"Failed\",\"reason\":\"DeadlineExceeded\",\"message\":\"Pod was active for too long\"}");
        assertThat(late.await(Duration.ofSeconds(10)))
                .hasMessageMatching(
                        "Pod mr-task-\\w+ failed: DeadlineExceeded: Pod was active for too long");

        context = new FakeContext(directory);
        var large = pod(context);
        path = podPath();
        server.answer(path + "/log?timestamps=true&follow=true&container=work", "");
        server.status(
                path,
                "{\"phase\":\"Failed\",\"containerStatuses\":[%s]}"
                        .formatted(exited("work", 137, "OOMKilled")));
        assertThat(large.await(Duration.ofSeconds(10)))
                .hasMessage("Container work failed with exit code 137");
        assertThat(context.lines).contains("WARN Container work ended as OOMKilled");

        context = new FakeContext(directory);
        var nowhere = pod(context);
        path = podPath();
        server.status(
                path,
                "{\"phase\":\"Pending\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\",\"message\":\"0/1 nodes are available\"}]}");
        assertThat(nowhere.await(Duration.ofSeconds(10)))
                .hasMessageEndingWith("but it is Pending: 0/1 nodes are available");
    }

    @Test
    void aContainerThatIsStartedAgainWhenItFailsHasntEnded() throws Exception {
        var task = pod(context, Map.of("restartPolicy", "OnFailure"));
        var path = podPath();
        server.answer(path + "/log?timestamps=true&follow=true&container=work", "");
        podIs(path, "Running", "{\"terminated\":{\"exitCode\":3}}");
        var looked = "GET " + path + " null";
        long before = server.asked.stream().filter(looked::equals).count();
        await().until(() -> server.asked.stream().filter(looked::equals).count() > before + 2);
        podIs(path, "Succeeded", "{\"terminated\":{\"exitCode\":0}}");

        assertThat(task.await(Duration.ofSeconds(10))).isNull();
    }

    @Test
    void aSidecarsLogIsReadAndAContainerThatIsntThereIsSaid() throws Exception {
        var path = "/api/v1/namespaces/team/pods/web";
        run(
                new Apply(),
                "spec",
                "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {initContainers: [{name: prep}, {name: proxy, restartPolicy: Always}], containers: [{name: main}]}}");
        for (var container : List.of("prep", "proxy", "main")) {
            server.answer(path + "/log?container=" + container, "of " + container);
        }

        assertThat(logs()).containsExactlyInAnyOrder("of proxy", "of main");
        assertThat(logs("container", "prep")).containsExactly("of prep");
        assertThatThrownBy(() -> logs("container", "none"))
                .hasMessage("There is no container none in web");
    }

    private List<String> logs(Object... more) throws Exception {
        context = new FakeContext(directory);
        var properties = new ArrayList<Object>(List.of("pod", "web"));
        properties.addAll(List.of(more));
        run(new Logs(), properties.toArray());
        return List.copyOf(context.stored().values());
    }

    @Test
    void aJobsPodThatNeverStartedHoldsNothingUp() throws Exception {
        var job =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        new Job(),
                                        "interval",
                                        "PT0.1S",
                                        "spec",
                                        "kind: Job\nmetadata: {name: nightly}\nspec: {template: {spec: {}}}"));
        var path = "/apis/batch/v1/namespaces/team/jobs/nightly";
        await().until(() -> !server.object(path).isEmpty());
        var pod = "/api/v1/namespaces/team/pods/nightly-a";
        run(
                new Apply(),
                "spec",
                "{apiVersion: v1, kind: Pod, metadata: {name: nightly-a, labels: {job-name: nightly}}, spec: {initContainers: [{name: prep}], containers: [{name: work}]}}");
        waitsToStart(pod, "work");
        server.answer(
                pod + "/log?timestamps=true&follow=true&container=prep",
                "2026-01-01T00:00:00Z no database\n");
        server.status(
                pod,
                "{\"phase\":\"Failed\",%s,\"initContainerStatuses\":[%s]}"
                        .formatted(WAITING, exited("prep", 7, "Error")));
        await().until(() -> context.lines.contains("INFO no database"));
        server.status(
                path,
                "{\"conditions\":[{\"type\":\"Failed\",\"status\":\"True\",\"message\":\"backoff\"}]}");

        assertThat(job.await(Duration.ofSeconds(10)))
                .hasMessage("Job nightly ended as Failed: backoff");
    }

    @Test
    void aJobIsFollowedToItsEndAndAKillEndsAWorkflow() throws Exception {
        var job =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        new Job(),
                                        "interval",
                                        "PT0.1S",
                                        "spec",
                                        "kind: Job\nmetadata: {name: nightly}\nspec: {template: {spec: {}}}"));
        var path = "/apis/batch/v1/namespaces/team/jobs/nightly";
        await().until(() -> !server.object(path).isEmpty());
        server.status(
                path,
                "{\"conditions\":[{\"type\":\"Failed\",\"status\":\"True\",\"message\":\"backoff\"}]}");
        assertThat(job.await(Duration.ofSeconds(10)))
                .hasMessage("Job nightly ended as Failed: backoff");

        context = new FakeContext(directory);
        var workflow =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        new ArgoWorkflow(),
                                        "interval",
                                        "PT0.1S",
                                        "template",
                                        "etl",
                                        "parameters",
                                        Map.of("day", 1)));
        await().until(() ->
                context.lines.stream().anyMatch(l -> l.startsWith("INFO Workflow task-")));
        assertThat(workflow.cancel()).isInstanceOf(InterruptedException.class);
        var made = server.paths("/apis/argoproj.io/").getFirst();
        await().until(() -> server.object(made).contains("\"shutdown\":\"Terminate\""));
        assertThat(server.object(made))
                .contains("\"workflowTemplateRef\"", "\"name\":\"day\",\"value\":\"1\"");
    }

    @Test
    void aServerThatLeavesWhileItIsGreetedIsntThereAndNotUntrusted() throws Exception {
        try (var leaving = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            while (true) {
                                leaving.accept().close();
                            }
                        } catch (IOException _) {
                            // closed
                        }
                    });

            assertThatThrownBy(() ->
                            run(
                                    new Get(),
                                    "resourceType",
                                    "pods",
                                    "connection",
                                    Map.of(
                                            "masterUrl",
                                            "https://127.0.0.1:" + leaving.getLocalPort())))
                    // of the last try: it may have left with a reset
                    .hasMessageMatching(
                            "(Unable to connect to|No answer from) Kubernetes at 127.0.0.1.*");
        }
    }

    @Test
    void aClosedPortASilentServerAndADeniedHostAreSaid() throws Exception {
        assertThatThrownBy(() ->
                        run(
                                new Get(),
                                "resourceType",
                                "pods",
                                "connection",
                                Map.of(
                                        "masterUrl",
                                        "http://127.0.0.1:" + SilentServer.closedPort())))
                .hasMessage("Unable to connect to Kubernetes at 127.0.0.1");
        assertThatThrownBy(() -> run(new Get(), "resourceType", "pods", "connection", Map.of()))
                .hasMessage("Expected `connection` with `masterUrl`");
        var denied = new Get();
        denied.start(new PluginSettings(Map.of("egress.deny", "127.0.0.0/8")));
        assertThatThrownBy(() -> run(denied, "resourceType", "pods"))
                .hasMessageContaining("egress");
        SilentServer.isLeft(
                context,
                port ->
                        run(
                                new Get(),
                                "resourceType",
                                "pods",
                                "connection",
                                Map.of("masterUrl", "http://127.0.0.1:" + port)));
    }
}
