// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/// The registry of the Docker project, as Debian has it, with one user.
final class RegistryServer implements AutoCloseable {
    static final String USER = "ops";
    static final String PASSWORD = "s3cret-pass";

    private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

    /// As `htpasswd -B` writes it.
    private static final String BCRYPT =
            "$2y$05$abcdefghijklmnopqrstuuV7fpPozvyqJfnY19y0802WTlXUm6Rjy";

    private final Process process;

    private RegistryServer(Process process) {
        this.process = process;
    }

    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /// @param server where it listens, such as `127.0.0.1:5000`
    static RegistryServer start(Path directory, String server) throws IOException {
        var users = Files.writeString(directory.resolve("users"), USER + ":" + BCRYPT + "\n");
        var configuration =
                Files.writeString(
                        directory.resolve("registry.yml"),
                        """
                        version: 0.1
                        log:
                          level: error
                        storage:
                          filesystem:
                            rootdirectory: %s
                        http:
                          addr: %s
                        auth:
                          htpasswd:
                            realm: registry
                            path: %s
                        """
                                .formatted(
                                        Files.createDirectories(directory.resolve("registry")),
                                        server,
                                        users));
        var log = directory.resolve("registry.log");
        var process =
                new ProcessBuilder(PROGRAM.toString(), "serve", configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        int port = Integer.parseInt(server.substring(server.indexOf(':') + 1));
        Awaitility.await("the registry answers")
                .atMost(Duration.ofSeconds(30))
                .until(() -> answers(port) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException("The registry: " + Files.readString(log));
        }
        return new RegistryServer(process);
    }

    /// Where one may listen.
    static String free() throws IOException {
        return "127.0.0.1:" + SilentServer.closedPort();
    }

    private static boolean answers(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
