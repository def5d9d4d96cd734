// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

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
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scripts in containers of Podman, by the API that Docker has, too.
class ContainerRunnersIT {
    @TempDir static Path server = Path.of(".");
    private static @Nullable PodmanServer podman;

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeAll
    static void startPodman() throws Exception {
        podman = PodmanServer.start(server);
    }

    @AfterAll
    static void stopPodman() throws Exception {
        if (podman != null) {
            podman.close();
        }
    }

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private static PodmanServer podman() {
        return java.util.Objects.requireNonNull(podman);
    }

    private Map<String, @Nullable Object> run(
            Map<String, String> settings, Map<String, Object> runner, Object... properties)
            throws Exception {
        return run(new ShellCommands(), settings, runner, properties);
    }

    private Map<String, @Nullable Object> run(
            TaskPlugin<?, ?> task,
            Map<String, String> settings,
            Map<String, Object> runner,
            Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        var choice = new HashMap<String, Object>(runner);
        choice.putIfAbsent("type", "io.kestra.plugin.scripts.runner.docker.Docker");
        choice.putIfAbsent("pullPolicy", "NEVER");
        all.put("taskRunner", choice);
        all.put("containerImage", PodmanServer.IMAGE);
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        var every = new HashMap<String, String>(settings);
        every.putIfAbsent("script.docker.host", podman().socket());
        every.put("script.kill-grace", "PT1S");
        try (task) {
            task.start(new PluginSettings(every));
            return Tasks.run(task, context, all);
        }
    }

    private Map<String, @Nullable Object> commands(String... commands) throws Exception {
        return run(Map.of(), Map.of(), "commands", List.of(commands));
    }

    @Test
    void aScriptRunsInTheImageWithItsFilesAndGivesOutputsAndFiles() throws Exception {
        context.store("kestra:///in", "from storage");

        var outputs =
                run(
                        Map.of(),
                        Map.of("memory", Map.of("memory", "64MB"), "cpu", Map.of("cpus", 0.5)),
                        "commands",
                        List.of(
                                "cat sub/in.txt > out.txt",
                                "test -x /bin/busybox && test ! -e /etc/passwd",
                                "echo '::{\"outputs\":{\"a\":1}}::'",
                                "echo \"$GREETING $HOME\"",
                                "echo careful >&2"),
                        "env",
                        Map.of("GREETING", "hello"),
                        "inputFiles",
                        Map.of("sub/in.txt", "kestra:///in"),
                        "outputFiles",
                        List.of("out.txt"));

        assertThat(context.stored()).containsEntry(URI.create("kestra:///out.txt"), "from storage");
        assertThat(outputs.get("vars")).isEqualTo(Map.of("a", 1));
        assertThat(context.lines)
                .contains("INFO hello " + directory.resolve("work"), "ERROR careful");
        assertThat(context.warning).isTrue();
        assertThat(podman().containers()).isEmpty();
    }

    @Test
    void whatInstallingPackagesPrintsCountsIfItFails() throws Exception {
        var works = python("echo noise; echo more noise >&2");
        assertThat(works.get("exitCode")).isEqualTo(0);
        assertThat(context.lines)
                .contains("INFO goes on", "INFO No uv is there: pip installs packages")
                .noneMatch(l -> l.contains("noise"));
        assertThat(context.warning).isFalse();

        assertThatThrownBy(() -> python("echo no such package; exit 3"))
                .hasMessageContaining("exit code 1");
        assertThat(context.lines).contains("ERROR no such package");
    }

    /// @param pip what stands in for it in the container
    private Map<String, @Nullable Object> python(String pip) throws Exception {
        return run(
                new Commands.Python(),
                Map.of(),
                Map.of(),
                "beforeCommands",
                List.of(
                        "mkdir /tools",
                        "printf '#!/bin/sh\\n%s\\n' > /tools/python3".formatted(pip),
                        "chmod +x /tools/python3",
                        "PATH=$PATH:/tools"),
                "packageManager",
                "UV",
                "dependencies",
                List.of("greet"),
                "commands",
                List.of("echo goes on"));
    }

    @Test
    void whatAnsibleDidComesBackFromTheContainer() throws Exception {
        var outputs =
                run(
                        new AnsibleCli(),
                        Map.of(),
                        Map.of(),
                        "commands",
                        List.of(
                                "say() { echo \"$1\" >> \"$MILLRACE_ANSIBLE_RESULTS\"; }",
                                "say '{\"what\":\"task\",\"id\":\"1\",\"name\":\"greets\"}'",
                                "say '{\"what\":\"host\",\"task\":\"1\",\"host\":\"one\",\"status\":\"ok\"}'",
                                "echo what happened > \"$ANSIBLE_LOG_PATH\""),
                        "outputLogFile",
                        true,
                        "outputFiles",
                        List.of("**"));

        assertThat(String.valueOf(outputs.get("playbooks"))).contains("name=greets", "host=one");
        assertThat(context.stored())
                .isEqualTo(Map.of(URI.create("kestra:///ansible.log"), "what happened\n"));
    }

    @Test
    void anExitCodeFailsTheTask() {
        assertThatThrownBy(() -> commands("exit 7"))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsEntry("exitCode", 7))
                .hasMessage("Command failed with exit code 7");
    }

    @Test
    void aKillEndsTheContainerAndRemovesIt() throws Exception {
        var task = RunningTask.start(context, () -> commands("echo begun; sleep 600"));
        await().atMost(Duration.ofSeconds(20)).until(() -> context.lines.contains("INFO begun"));
        assertThat(podman().containers()).isNotEmpty();

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        assertThat(podman().containers()).isEmpty();
    }

    @Test
    void anImageThatIsNotThereIsSaid() {
        assertThatThrownBy(() ->
                        run(
                                Map.of(),
                                Map.of(),
                                "containerImage",
                                "localhost/none:1",
                                "commands",
                                List.of("true")))
                .hasMessageContaining("localhost/none:1");
    }

    @Test
    void anEngineThatIsAwayOrSaysNothingIsSaid() throws Exception {
        assertThatThrownBy(() ->
                        run(
                                Map.of("script.docker.host", "unix:///nowhere.sock"),
                                Map.of(),
                                "commands",
                                List.of("true")))
                .hasMessageContaining("/nowhere.sock");
        int closed = SilentServer.closedPort();
        assertThatThrownBy(() ->
                        run(
                                Map.of(),
                                Map.of("host", "tcp://127.0.0.1:" + closed),
                                "commands",
                                List.of("true")))
                .hasMessage("Unable to connect to the container engine at 127.0.0.1");
        SilentServer.isLeft(
                context,
                port ->
                        run(
                                Map.of(),
                                Map.of("host", "tcp://127.0.0.1:" + port),
                                "commands",
                                List.of("true")));
    }

    @Test
    void aNetworkIsTheOperatorsOrNone() throws Exception {
        run(Map.of(), Map.of("networkMode", "none"), "commands", List.of("true"));
        run(
                Map.of("script.docker.networks.main", "host"),
                Map.of("networkMode", "host"),
                "commands",
                List.of("true"));
    }

    @Test
    void whatTheWorkerDoesNotAllowIsRefused() {
        assertThatThrownBy(() ->
                        run(
                                Map.of(),
                                Map.of("volumes", List.of("/:/host")),
                                "commands",
                                List.of("true")))
                .hasMessageContaining("script.docker.volumes");
        for (var network : List.of("host", "bridge", "container:millrace", "of-another-tenant")) {
            assertThatThrownBy(() ->
                            run(
                                    Map.of(
                                            "script.docker.network.main",
                                            "of-main",
                                            "script.docker.networks.other",
                                            network),
                                    Map.of("networkMode", network),
                                    "commands",
                                    List.of("true")))
                    .hasMessageContaining("Expected networkMode none, or a network that");
        }
        assertThatThrownBy(() ->
                        run(
                                Map.of(),
                                Map.of("host", "unix:///run/other.sock"),
                                "commands",
                                List.of("true")))
                .hasMessageContaining("a socket of the worker");
        assertThatThrownBy(() ->
                        run(
                                Map.of("script.runners.allow.main", "kubernetes"),
                                Map.of(),
                                "commands",
                                List.of("true")))
                .hasMessage("Tasks may run by [kubernetes] here, not by docker");
        assertThatThrownBy(() ->
                        run(
                                Map.of("egress.deny", "127.0.0.0/8"),
                                Map.of("host", "tcp://127.0.0.1:1"),
                                "commands",
                                List.of("true")))
                .hasMessageContaining("egress");
    }

    @Test
    void theWorkersDefaultIsTakenWhereATaskNamesNoRunner() throws Exception {
        try (var task = new PythonScript()) {
            task.start(
                    new PluginSettings(
                            Map.of(
                                    "script.docker.host",
                                    podman().socket(),
                                    "script.runners.default",
                                    "docker",
                                    "script.runners.image",
                                    PodmanServer.IMAGE,
                                    "script.python.command",
                                    "/bin/cat")));
            Map<String, @Nullable Object> properties = Map.of("script", "import this");
            // the image is local: what can't be pulled is said, which needs the engine
            assertThatThrownBy(() -> Tasks.run(task, context, properties))
                    .hasMessageContaining(PodmanServer.IMAGE);
        }
    }
}
