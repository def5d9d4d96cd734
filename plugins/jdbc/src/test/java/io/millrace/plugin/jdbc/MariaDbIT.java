// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Against a MariaDB of its own.
class MariaDbIT extends MySqlCases {
    private static final Path PROGRAM = Path.of("/usr/sbin/mariadbd");

    @TempDir static Path data = Path.of(".");
    private static @Nullable Process server;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "mariadb-server is installed");
        var user = "--user=" + System.getProperty("user.name");
        var directory = "--datadir=" + data.resolve("data");
        var made =
                new ProcessBuilder(
                                "mariadb-install-db",
                                "--no-defaults",
                                "--auth-root-authentication-method=normal",
                                "--skip-test-db",
                                user,
                                directory)
                        .redirectErrorStream(true)
                        .start();
        var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(said).isZero();
        port = SilentServer.closedPort();
        server =
                new ProcessBuilder(
                                PROGRAM.toString(),
                                "--no-defaults",
                                user,
                                directory,
                                "--socket=" + data.resolve("socket"),
                                "--port=" + port,
                                "--bind-address=127.0.0.1")
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("server.log").toFile())
                        .start();
        Awaitility.await("MariaDB answers")
                .atMost(Duration.ofSeconds(60))
                .until(MariaDbIT::answers);
    }

    private static boolean answers() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (server != null) {
            server.destroy();
            server.waitFor();
        }
    }

    @Override
    String server() {
        return "jdbc:mariadb://127.0.0.1:%d/?user=root".formatted(port);
    }
}
