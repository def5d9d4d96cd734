// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.docker.Build;
import io.millrace.plugin.docker.ImageLs;
import io.millrace.plugin.docker.Prune;
import io.millrace.plugin.docker.Pull;
import io.millrace.plugin.docker.Push;
import io.millrace.plugin.docker.Rm;
import io.millrace.plugin.docker.Stop;
import io.millrace.plugin.docker.Tag;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Files;
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

/// Images and containers of Podman, by the API that Docker has, too.
class DockerTasksIT {
    @TempDir static Path server = Path.of(".");
    private static @Nullable PodmanServer podman;
    private static String registry = "";

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final Map<String, String> settings = new HashMap<>();

    @BeforeAll
    static void startPodman() throws Exception {
        registry = RegistryServer.free();
        podman = PodmanServer.start(server, registry);
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
        context.variables.put("who", "me");
        settings.put("docker.tasks", "true");
        settings.put("script.docker.host", podman().socket());
        settings.put("script.kill-grace", "PT1S");
    }

    private static PodmanServer podman() {
        return requireNonNull(podman);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        try (task) {
            task.start(new PluginSettings(settings));
            return Tasks.run(task, context, all);
        }
    }

    private Map<String, @Nullable Object> build(String tag) throws Exception {
        return run(
                new Build(),
                "dockerfile",
                "FROM %s\nARG WHO\nENV WHO=${WHO}\nCOPY hello.txt /hello.txt\nENTRYPOINT [\"/bin/cat\"]\nCMD [\"/hello.txt\"]\n"
                        .formatted(PodmanServer.IMAGE),
                "tags",
                List.of(tag),
                "pull",
                false,
                "buildArgs",
                Map.of("WHO", "you"),
                "labels",
                Map.of("made", "here"),
                "inputFiles",
                Map.of("hello.txt", "hello"));
    }

    /// Debian's Compose is a program of its own, which `docker compose` is where it is a plugin.
    private static final String DOCKER = "#!/bin/sh\nshift\nexec docker-compose \"$@\"\n";

    private Map<String, @Nullable Object> compose(String file, String... arguments)
            throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/docker-compose")), "Compose is installed");
        settings.put("docker.compose", "true");
        settings.put("script.user", "worker"); // whom the engine's socket is open to
        return run(
                new DockerCompose(),
                "composeFile",
                file,
                "composeArgs",
                List.of(arguments),
                "inputFiles",
                Map.of("bin/docker", DOCKER),
                "beforeCommands",
                List.of("chmod +x bin/docker", "PATH=$PWD/bin:$PATH"));
    }

    @Test
    void composeBringsServicesUpAndDown() throws Exception {
        var file =
                """
                services:
                  hello:
                    image: %s
                    network_mode: host
                    command: [/bin/sh, -c, "echo hello from {{ who }}; exec sleep 600"]
                """
                        .formatted(PodmanServer.IMAGE);

        assertThatThrownBy(() -> run(new DockerCompose(), "composeArgs", List.of("version")))
                .hasMessageContaining("docker.compose");
        assertThat(compose(file, "up", "-d")).containsEntry("exitCode", 0);
        assertThat(podman().containers().lines()).hasSize(1);
        compose(file, "logs", "--no-color", "hello");
        assertThat(context.lines).anyMatch(line -> line.endsWith("| hello from me"));
        compose(file, "down", "-t", "1");
        assertThat(podman().containers()).isEmpty();

        assertThatThrownBy(() -> compose(file.replace("command:", "comand:"), "up"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("exit code");
        assertThat(context.lines)
                .anyMatch(line -> line.contains("services.hello") && line.contains("'comand'"));
    }

    @Test
    void anImageIsBuiltRunRenamedAndRemoved() throws Exception {
        var built = build("localhost/hello:1");

        assertThat(String.valueOf(built.get("imageId"))).matches("(sha256:)?[0-9a-f]{64}");
        assertThat(run(new DockerRun(), "containerImage", "localhost/hello:1"))
                .containsEntry("exitCode", 0);
        assertThat(context.lines).contains("INFO hello");
        run(new Tag(), "sourceImage", "localhost/hello:1", "targetImage", "localhost/other:2");
        run(
                new DockerRun(),
                "containerImage",
                "localhost/other:2",
                "entryPoint",
                List.of("/bin/sh", "-c"),
                "commands",
                List.of("echo $WHO > out.txt; cat in.txt >> out.txt"),
                "inputFiles",
                Map.of("in.txt", "from {{ who }}"),
                "outputFiles",
                List.of("out.txt"));
        assertThat(context.stored()).containsEntry(URI.create("kestra:///out.txt"), "you\nfrom me");
        assertThat(podman().containers()).isEmpty();
        run(new Rm(), "imageIds", List.of("localhost/other:2", "localhost/hello:1"));
        assertThatThrownBy(() ->
                        run(
                                new DockerRun(),
                                "containerImage",
                                "localhost/hello:1",
                                "pullPolicy",
                                "NEVER"))
                .isInstanceOf(TaskFailedException.class);
    }

    @Test
    void aContainerGoesOnUntilItIsStopped() throws Exception {
        var ran =
                run(
                        new DockerRun(),
                        "containerImage",
                        PodmanServer.IMAGE,
                        "commands",
                        List.of("/bin/sleep", "600"),
                        "wait",
                        false);
        var id =
                String.valueOf(
                        ((Map<?, ?>) requireNonNull(ran.get("taskRunner"))).get("containerId"));

        assertThat(podman().containers()).isNotEmpty();
        run(new Stop(), "containerId", id, "kill", true);
        assertThat(podman().containers()).isEmpty();
        assertThatThrownBy(() -> run(new Rm(), "containerIds", List.of(id)))
                .hasMessageContaining("no container");
    }

    @Test
    void whatFailsInAContainerOrABuildIsSaid() {
        assertThatThrownBy(() ->
                        run(
                                new DockerRun(),
                                "containerImage",
                                PodmanServer.IMAGE,
                                "commands",
                                List.of("/bin/sh", "-c", "exit 7")))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsEntry("exitCode", 7));
        assertThatThrownBy(() ->
                        run(
                                new Build(),
                                "dockerfile",
                                "FROM %s\nCOPY none.txt /\n".formatted(PodmanServer.IMAGE),
                                "tags",
                                List.of("localhost/broken:1"),
                                "pull",
                                false))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Building the image")
                .hasMessageContaining("none.txt");
    }

    @Test
    void whatIsSomebodyElsesStays() throws Exception {
        build("localhost/unused:1");
        var other = podman().run("--detach", PodmanServer.IMAGE, "/bin/sleep", "600");

        assertThatThrownBy(() -> run(new Stop(), "containerId", other))
                .hasMessageContaining("no container")
                .hasMessageContaining("of this tenant");
        assertThatThrownBy(() -> run(new Rm(), "imageIds", List.of(PodmanServer.IMAGE)))
                .hasMessageContaining("no image");
        assertThatThrownBy(() -> build(PodmanServer.IMAGE))
                .hasMessageContaining("name that is free");
        assertThatThrownBy(() ->
                        run(
                                new Tag(),
                                "sourceImage",
                                PodmanServer.IMAGE,
                                "targetImage",
                                PodmanServer.IMAGE))
                .hasMessageContaining("name that is free");
        run(new Prune(), "pruneType", "CONTAINERS");
        run(new Prune(), "pruneType", "IMAGES");
        run(new Prune(), "pruneType", "IMAGES", "dangling", true);
        assertThatThrownBy(() -> run(new Rm(), "imageIds", List.of("localhost/unused:1")))
                .hasMessageContaining("no image");
        assertThatThrownBy(() -> run(new Prune(), "pruneType", "VOLUMES"))
                .hasMessageContaining("docker.all");
        assertThat(podman().containers()).isNotEmpty();

        settings.put("docker.all", "true");
        run(new Stop(), "containerId", other, "kill", true);
        assertThat(podman().containers()).isEmpty();
    }

    @Test
    void imagesAreListedByNameAndLabel() throws Exception {
        build("localhost/listed:1");

        var named = run(new ImageLs(), "imageNameFilter", "localhost/listed");
        var labelled = run(new ImageLs(), "labelFilter", Map.of("made", "here"));

        assertThat(named).containsEntry("count", 1);
        assertThat(String.valueOf(named.get("images")))
                .contains("repoTags=[localhost/listed:1]", "made=here");
        assertThat((Integer) labelled.get("count")).isPositive();
        assertThat(run(new ImageLs(), "imageNameFilter", "localhost/none"))
                .containsEntry("count", 0);
    }

    @Test
    void nothingIsDoneUnlessTheOperatorSaysSo() {
        settings.put("docker.tasks.main", "false");

        for (var task :
                List.of(
                        new DockerRun(),
                        new Build(),
                        new Pull(),
                        new Push(),
                        new Tag(),
                        new ImageLs())) {
            assertThatThrownBy(() ->
                            run(
                                    task,
                                    "containerImage",
                                    "i",
                                    "image",
                                    "i",
                                    "sourceImage",
                                    "i",
                                    "targetImage",
                                    "i",
                                    "tags",
                                    List.of("i"),
                                    "dockerfile",
                                    "FROM i"))
                    .hasMessageContaining("docker.tasks");
        }
        settings.put("docker.tasks.main", "true");
        assertThatThrownBy(() ->
                        run(
                                new DockerRun(),
                                "containerImage",
                                PodmanServer.IMAGE,
                                "portBindings",
                                List.of("8080:80")))
                .hasMessageContaining("docker.ports");
        assertThatThrownBy(() ->
                        run(
                                new DockerRun(),
                                "containerImage",
                                PodmanServer.IMAGE,
                                "volumes",
                                List.of("/:/host")))
                .hasMessageContaining("script.docker.volumes");
        assertThatThrownBy(() ->
                        run(
                                new DockerRun(),
                                "containerImage",
                                PodmanServer.IMAGE,
                                "privileged",
                                true))
                .hasMessageContaining("script.docker.privileged");
        assertThatThrownBy(() ->
                        run(
                                new DockerRun(),
                                "containerImage",
                                PodmanServer.IMAGE,
                                "deviceRequests",
                                List.of(
                                        Map.of(
                                                "count",
                                                -1,
                                                "capabilities",
                                                List.of(List.of("gpu"))))))
                .hasMessageContaining("script.docker.devices");
        settings.put("script.runners.allow", "process");
        assertThatThrownBy(() -> run(new DockerRun(), "containerImage", PodmanServer.IMAGE))
                .hasMessageContaining("not by docker");
    }

    @Test
    void anImageGoesToARegistryAndComesBack() throws Exception {
        assumeTrue(RegistryServer.isInstalled(), "docker-registry is installed");
        var image = registry + "/hello:1";
        var credentials =
                Map.of(
                        "registry",
                        registry,
                        "username",
                        RegistryServer.USER,
                        "password",
                        RegistryServer.PASSWORD);
        try (var _ = RegistryServer.start(server, registry)) {
            var built = build(image);
            assertThatThrownBy(() -> run(new Push(), "tags", List.of(image)))
                    .isInstanceOf(TaskFailedException.class);
            assertThatThrownBy(() ->
                            run(
                                    new Push(),
                                    "tags",
                                    List.of(image),
                                    "credentials",
                                    Map.of(
                                            "registry", registry,
                                            "username", "ops",
                                            "password", "wr0ng")))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageNotContaining("wr0ng");
            run(new Push(), "tags", List.of(image), "credentials", credentials);
            run(new Rm(), "imageIds", List.of(image), "force", true);
            var pulled = run(new Pull(), "image", image, "credentials", credentials);

            assertThat(String.valueOf(pulled.get("imageId"))).isEqualTo(built.get("imageId"));
            assertThat(context.lines).noneMatch(line -> line.contains(RegistryServer.PASSWORD));
        }
    }

    @Test
    void anEngineIsFoundAndThatThereIsNoneIsSaid() throws Exception {
        assumeFalse(
                Files.exists(Path.of("/var/run/docker.sock"))
                        || Files.exists(Path.of("/run/podman/podman.sock")),
                "no engine of the machine's own");
        settings.remove("script.docker.host");
        assertThatThrownBy(() -> run(new DockerRun(), "containerImage", PodmanServer.IMAGE))
                .hasMessageContaining("neither Docker nor Podman");
        settings.put("script.podman.host", podman().socket());

        assertThat(
                        run(
                                new DockerRun(),
                                "containerImage",
                                PodmanServer.IMAGE,
                                "commands",
                                List.of("/bin/echo", "from Podman")))
                .containsEntry("exitCode", 0);
        assertThat(context.lines).contains("INFO from Podman");
    }

    @Test
    void aRegistryIsWhereTasksMayConnectTo() {
        for (var image : List.of("169.254.169.254/x:1", "http://169.254.169.254/x")) {
            assertThatThrownBy(() -> run(new Push(), "tags", List.of(image)))
                    .hasMessageContaining("egress policy");
            assertThatThrownBy(() -> run(new Pull(), "image", image))
                    .hasMessageContaining("egress policy");
        }
    }

    @Test
    void anEngineThatSaysNothingIsLeftWhenTheTaskIsCancelled() throws Exception {
        SilentServer.isLeft(
                context,
                port -> {
                    settings.put("script.docker.host", "tcp://127.0.0.1:" + port);
                    build("localhost/never:1");
                });
    }

    @Test
    void aKillEndsTheContainer() throws Exception {
        var task =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        new DockerRun(),
                                        "containerImage",
                                        PodmanServer.IMAGE,
                                        "commands",
                                        List.of("/bin/sh", "-c", "echo begun; sleep 600")));
        await().atMost(Duration.ofSeconds(20)).until(() -> context.lines.contains("INFO begun"));

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);

        assertThat(podman().containers()).isEmpty();
    }
}
