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

/// The embedded default, started once for all tests of this module, as `./millrace up` starts it: a
/// process of its own with nothing of the tests on its class path. It ends with this JVM.
final class RunningSuite {
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final RunningSuite ONE = start();

    private final Path data;
    private final String server;

    private RunningSuite(Path data, String server) {
        this.data = data;
        this.server = server;
    }

    static Path data() {
        return ONE.data;
    }

    /// Where the gateway is.
    static String server() {
        return ONE.server;
    }

    private static RunningSuite start() {
        try {
            var data = Files.createTempDirectory("millrace-suite");
            int port = freePorts(9);
            var log = Files.createDirectories(data.resolve("logs")).resolve("millrace.log");
            var process = launch(data, port, log);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(process, data, log)));
            awaitReady(process, data.resolve("run"), log);
            return new RunningSuite(data, "http://localhost:" + port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
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
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dorg.springframework.boot.logging.LoggingSystem=none",
                        "-Dlogback.configurationFile=millrace-logback.xml",
                        "-cp",
                        classPath,
                        MillraceLocal.class.getName());
        builder.environment().put("MILLRACE_DATA", data.toString());
        builder.environment().put("MILLRACE_PORT", Integer.toString(port));
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static void awaitReady(Process process, Path run, Path log)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + READY_WITHIN.toNanos();
        while (!Files.exists(run.resolve("ready"))) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > until) {
                end(process);
                throw new IllegalStateException(
                        "Expected the suite to start but got:\n" + Files.readString(log));
            }
        }
    }

    /// Leaves nothing but the log, in `target`.
    private static void cleanUp(Process process, Path data, Path log) {
        end(process);
        try {
            Files.copy(log, Path.of("target", "millrace.log"), StandardCopyOption.REPLACE_EXISTING);
            FileSystemUtils.deleteRecursively(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
        }
    }

    /// A port after which there are enough free ones.
    private static int freePorts(int count) throws IOException {
        for (int first = 21_000; first < 31_000; first += 10) {
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
