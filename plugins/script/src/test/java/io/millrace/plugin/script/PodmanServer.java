// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// Podman's service for one test class, with an image that has busybox alone.
final class PodmanServer implements AutoCloseable {
    static final String IMAGE = "localhost/tiny:1";

    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final Path directory;
    private final Process service;

    private PodmanServer(Path directory, Process service) {
        this.directory = directory;
        this.service = service;
    }

    /// Skips the tests where containers can't be made.
    static PodmanServer start(Path directory) throws Exception {
        return start(directory, "registry.invalid");
    }

    /// @param registry that is spoken to without TLS
    static PodmanServer start(Path directory, String registry) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/podman")), "podman is installed");
        assumeTrue(Files.isExecutable(BUSYBOX), "a static busybox is installed");
        Files.writeString(
                directory.resolve("containers.conf"),
                """
                [containers]
                default_ulimits=["nofile=1024:1024","nproc=4096:4096"]
                netns="host"
                [engine]
                cgroup_manager="cgroupfs"
                events_logger="file"
                """);
        Files.writeString(
                directory.resolve("registries.conf"),
                """
                [[registry]]
                location = "%s"
                insecure = true
                """
                        .formatted(registry));
        var bin = Files.createDirectories(directory.resolve("image/bin"));
        Files.createDirectories(directory.resolve("image/tmp"));
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        for (var name : List.of("sh", "cat", "echo", "sleep", "mkdir", "id", "printenv", "tar")) {
            Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
        }
        var archive = directory.resolve("image.tar");
        run(
                directory,
                "tar",
                "-C",
                directory.resolve("image").toString(),
                "-cf",
                archive + "",
                ".");
        assumeTrue(
                run(directory, podman(directory, "import", archive.toString(), IMAGE)) == 0
                        && run(directory, podman(directory, "run", "--rm", IMAGE, "/bin/echo"))
                                == 0,
                () -> "containers can be run: " + log(directory));
        var socket = directory.resolve("podman.sock");
        var service =
                process(
                                directory,
                                podman(directory, "system", "service", "-t0", "unix://" + socket))
                        .start();
        Awaitility.await("Podman answers")
                .atMost(Duration.ofSeconds(30))
                .until(() -> answers(socket) || !service.isAlive());
        return new PodmanServer(directory, service);
    }

    private static boolean answers(Path socket) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException _) {
            return false;
        }
    }

    private static String[] podman(Path directory, String... arguments) {
        var command = new ArrayList<String>(List.of("podman"));
        if (Files.isExecutable(Path.of("/usr/sbin/runc"))) {
            command.addAll(List.of("--runtime", "/usr/sbin/runc"));
        }
        command.addAll(
                List.of(
                        "--root",
                        directory.resolve("store").toString(),
                        "--runroot",
                        directory.resolve("run").toString(),
                        "--storage-driver",
                        "vfs"));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private static ProcessBuilder process(Path directory, String... command) {
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        directory.resolve("log").toFile()));
        builder.environment()
                .put("CONTAINERS_CONF", directory.resolve("containers.conf").toString());
        builder.environment()
                .put("CONTAINERS_REGISTRIES_CONF", directory.resolve("registries.conf").toString());
        return builder;
    }

    private static int run(Path directory, String... command)
            throws IOException, InterruptedException {
        var process = process(directory, command).start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return -1;
        }
        return process.exitValue();
    }

    private static String log(Path directory) {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    String socket() {
        return "unix://" + directory.resolve("podman.sock");
    }

    /// Ids of all containers that there are.
    String containers() throws IOException, InterruptedException {
        return said("ps", "-a", "-q");
    }

    /// Runs a container past all tasks.
    ///
    /// @return what is printed: with `--detach` its id
    String run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>(List.of("run"));
        command.addAll(List.of(arguments));
        return said(command.toArray(String[]::new));
    }

    private String said(String... arguments) throws IOException, InterruptedException {
        var process =
                process(directory, podman(directory, arguments))
                        .redirectErrorStream(false)
                        .redirectOutput(ProcessBuilder.Redirect.PIPE)
                        .start();
        var text =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return text.strip();
    }

    @Override
    public void close() throws IOException {
        try {
            service.destroy();
            service.waitFor(10, TimeUnit.SECONDS);
            run(directory, podman(directory, "rm", "-a", "-f"));
            run(directory, podman(directory, "rmi", "-a", "-f"));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
