// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/// A suite as `./millrace up` starts it: a process of its own with nothing of the tests on its
/// class path. It may be killed and started again on its data; it ends with this JVM.
final class SuiteProcess {
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);

    /// Which of the JVMs that run this module's tests at the same time this is, from 1.
    private static final int FORK = Integer.getInteger("millrace.test.fork", 1);

    private static final Path GIT_PLUGIN =
            Path.of("../../plugins/git/target/plugin").toAbsolutePath().normalize();

    private final Path data;
    private final int port;
    private final Path log;
    private Process process;

    private SuiteProcess(Path data, int port, Path log, Process process) {
        this.data = data;
        this.port = port;
        this.log = log;
        this.process = process;
    }

    /// Starts one and waits until it is ready.
    static SuiteProcess start() {
        try {
            var data = newData();
            int port = freePorts(9);
            var log = Files.createDirectories(data.resolve("logs")).resolve("millrace.log");
            var suite = new SuiteProcess(data, port, log, launch(data, port, log));
            Runtime.getRuntime().addShutdownHook(new Thread(suite::cleanUp));
            suite.awaitReady();
            return suite;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A new folder for a suite's data. PostgreSQL's programs in it are those of all tests of this
    /// user: to unpack them is a sixth of what it takes to start a suite.
    static Path newData() throws IOException {
        var data = Files.createTempDirectory("millrace-suite");
        var programs = Path.of(System.getProperty("user.home"), ".cache", "millrace");
        Files.createDirectories(programs);
        Files.createSymbolicLink(data.resolve("programs"), programs);
        return data;
    }

    Path data() {
        return data;
    }

    /// Where the gateway is.
    String server() {
        return "http://localhost:" + port;
    }

    /// The port of the embedded PostgreSQL.
    int postgresPort() {
        return port + 7;
    }

    /// Ends it without a warning, as `kill -9` does.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Starts it again on its data, and waits until it is ready.
    void startAgain() throws IOException {
        Files.deleteIfExists(data.resolve("run/ready"));
        process = launch(data, port, log);
        awaitReady();
    }

    /// A token of a development user.
    String token(String user) {
        return DevUsers.token(server(), data, user);
    }

    private static Process launch(Path data, int port, Path log) throws IOException {
        var target = Path.of("target").toAbsolutePath();
        var classPath =
                target.resolve("classes")
                        + File.pathSeparator
                        + Files.readString(target.resolve("classpath"));
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:MetaspaceSize=256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dorg.springframework.boot.logging.LoggingSystem=none",
                        "-Dlogback.configurationFile=millrace-logback.xml",
                        "-cp",
                        classPath,
                        MillraceLocal.class.getName());
        // the tests' servers are on this machine
        builder.environment().put("MILLRACE_EGRESS_ALLOW", "127.0.0.0/8,::1");
        builder.environment().put("MILLRACE_PLUGINS_BUNDLED", GIT_PLUGIN.toString());
        builder.environment().put("MILLRACE_DATA", data.toString());
        builder.environment().put("MILLRACE_PORT", Integer.toString(port));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitReady() throws IOException {
        long until = System.nanoTime() + READY_WITHIN.toNanos();
        try {
            while (!Files.exists(data.resolve("run/ready"))) {
                if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > until) {
                    end();
                    throw new IllegalStateException(
                            "Expected the suite to start but got:\n" + Files.readString(log));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Leaves nothing but the log, in `target`.
    private void cleanUp() {
        end();
        try {
            Files.copy(
                    log,
                    Path.of("target", "millrace-" + FORK + ".log"),
                    StandardCopyOption.REPLACE_EXISTING);
            FileSystemUtils.deleteRecursively(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
        }
    }

    /// A port after which there are enough free ones; each of the JVMs that run tests at the same
    /// time looks elsewhere.
    static int freePorts(int count) throws IOException {
        int from = 21_000 + (FORK - 1) * 5_000;
        for (int first = from; first < from + 5_000; first += 10) {
            boolean free = true;
            for (int i = 0; i < count && free; i++) {
                try (var _ = new ServerSocket(first + i, 1, InetAddress.getLoopbackAddress())) {
                    free = true;
                } catch (IOException _) {
                    free = false;
                }
            }
            if (free) {
                return first;
            }
        }
        throw new IOException("Expected " + count + " free ports in a row");
    }
}
