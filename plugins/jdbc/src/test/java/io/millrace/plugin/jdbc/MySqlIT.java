// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskFailedException;
import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a MySQL of its own, where MySQL is installed; a `mysqld` may be MariaDB's as well.
class MySqlIT extends MySqlCases {
    private static final Path PROGRAM = Path.of("/usr/sbin/mysqld");
    private static final String USER = "reader";
    private static final String PASSWORD = "p@ss w0rd";

    @TempDir static Path data = Path.of(".");
    private static @Nullable Process server;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "a mysqld is installed");
        var version = mysqld("--version");
        assumeTrue(version.waitFor() == 0 && !output(version).contains("MariaDB"), "it is MySQL's");
        var directory = "--datadir=" + data.resolve("data");
        var made = mysqld(directory, "--initialize-insecure");
        var said = output(made);
        assertThat(made.waitFor()).as(said).isZero();
        port = SilentServer.closedPort();
        var socket = "--socket=" + data.resolve("socket");
        server =
                mysqld(
                        directory,
                        socket,
                        "--port=" + port,
                        "--bind-address=127.0.0.1",
                        "--mysqlx=OFF");
        Awaitility.await("MySQL answers").atMost(Duration.ofSeconds(60)).until(MySqlIT::answers);
    }

    private static Process mysqld(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(PROGRAM.toString(), "--no-defaults"));
        command.add("--user=" + System.getProperty("user.name"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
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

    /// Whom the server doesn't remember: whom it does, it takes a hash of the password from.
    private String urlOfStranger(String options) throws Exception {
        execute(
                "create user if not exists %s identified with caching_sha2_password by '%s'"
                        .formatted(USER, PASSWORD),
                "grant all on *.* to " + USER,
                "flush privileges");
        return "jdbc:mysql://127.0.0.1:%d/mysql%s".formatted(port, options);
    }

    private Object cipher(String options, Object... properties) throws Exception {
        var all = new ArrayList<Object>(List.of("url", urlOfStranger(options)));
        all.addAll(List.of("username", USER, "password", PASSWORD));
        all.addAll(List.of(properties));
        return Objects.requireNonNull(
                row("show session status like 'Ssl_cipher'", all.toArray()).get("Value"));
    }

    @Test
    void passwordsAreSentOverTlsUnlessTheUrlSaysOtherwise() throws Exception {
        var encrypted =
                List.of(
                        "",
                        "?useSSL=true",
                        "?useSSL=true&requireSSL=true&serverTimezone=UTC",
                        "?sslMode=PREFERRED",
                        "?sslMode=REQUIRED&zeroDateTimeBehavior=CONVERT_TO_NULL&characterEncoding=utf8");
        for (var options : encrypted) {
            assertThat(cipher(options)).asString().as(options).startsWith("TLS_");
        }
        assertThat(cipher("", "sslMode", "REQUIRED")).asString().startsWith("TLS_");
        assertThat(cipher("?useSSL=false&allowPublicKeyRetrieval=true")).isEqualTo("");
        assertThat(cipher("?sslMode=DISABLED&allowPublicKeyRetrieval=true")).isEqualTo("");
        assertThatThrownBy(() -> cipher("?useSSL=false"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("allowPublicKeyRetrieval=true");
    }

    @Test
    void theServersCertificateIsCheckedAndTheClientsSent() throws Exception {
        var authority = Files.readString(data.resolve("data/ca.pem"));
        var certificate = Files.readString(data.resolve("data/client-cert.pem"));
        var key = Files.readString(data.resolve("data/client-key.pem"));

        assertThat(cipher("", "sslRootCert", authority)).asString().startsWith("TLS_");
        // the certificate that MySQL makes has no host's name
        for (var mode : List.of("VERIFY_IDENTITY", "VERIFY_FULL")) {
            assertThatThrownBy(() -> cipher("", "sslMode", mode, "sslRootCert", authority))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageStartingWith("Unable to connect");
        }
        assertThatThrownBy(() -> cipher("", "sslRootCert", certificate))
                .hasMessageStartingWith("Unable to connect");
        assertThatThrownBy(() -> cipher("", "ssl", true))
                .hasMessageStartingWith("Unable to connect");

        execute("create user badge require x509", "grant all on *.* to badge");
        var badge = urlOfStranger("?user=badge");
        assertThatThrownBy(() -> row("select 1 n", "url", badge))
                .hasMessageStartingWith("Unable to connect");
        assertThat(
                        row(
                                "select 1 n",
                                "url",
                                badge,
                                "sslRootCert",
                                authority,
                                "sslCert",
                                certificate,
                                "sslKey",
                                key))
                .hasToString("{n=1}");
    }

    @Test
    void aColumnThatTheDriverDoesNotKnowIsSaid() throws Exception {
        assertThatThrownBy(() -> row("select string_to_vector('[1,2]') v"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("a type that it doesn't know");
        assertThat(row("select vector_to_string(string_to_vector('[1,2]')) v").toString())
                .contains("v=[1");
    }
}
