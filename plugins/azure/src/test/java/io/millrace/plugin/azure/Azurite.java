// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// Microsoft's Azurite for one test class: npm fetches it, once for a build directory.
final class Azurite implements AutoCloseable {
    static final String ACCOUNT = "millrace";

    private static final String VERSION = "3.37.0";
    private static final Path FOLDER = Path.of("target", "azurite-" + VERSION).toAbsolutePath();
    private static final int MINUTES_FOR_NPM = 5;

    private final Process process;
    private final int port;
    private final String key;

    private Azurite(Process process, int port, String key) {
        this.process = process;
        this.port = port;
        this.key = key;
    }

    /// @return nothing where npm can't get it
    static Optional<Azurite> start(Path directory) throws IOException, InterruptedException {
        if (!isThere()) {
            return Optional.empty();
        }
        int port = SilentServer.closedPort();
        var key = Base64.getEncoder().encodeToString(UUID.randomUUID().toString().getBytes(UTF_8));
        var log = directory.resolve("azurite.log");
        var builder =
                new ProcessBuilder(
                                "node",
                                program().toString(),
                                "--blobHost",
                                "127.0.0.1",
                                "--blobPort",
                                String.valueOf(port),
                                "--location",
                                directory.toString(),
                                "--disableTelemetry")
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().put("AZURITE_ACCOUNTS", ACCOUNT + ":" + key);
        var process = builder.start();
        Awaitility.await("Azurite answers")
                .atMost(Duration.ofSeconds(60))
                .until(() -> answers(port) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException("Azurite: " + Files.readString(log));
        }
        return Optional.of(new Azurite(process, port, key));
    }

    private static Path program() {
        return FOLDER.resolve(Path.of("node_modules", "azurite", "dist", "src", "blob", "main.js"));
    }

    private static boolean isThere() throws IOException, InterruptedException {
        if (Files.exists(FOLDER.resolve("complete"))) {
            return true;
        }
        Files.createDirectories(FOLDER);
        try {
            var npm =
                    new ProcessBuilder(
                                    "npm",
                                    "install",
                                    "--prefix",
                                    FOLDER.toString(),
                                    "--ignore-scripts",
                                    "--no-audit",
                                    "--no-fund",
                                    "azurite@" + VERSION)
                            .redirectErrorStream(true)
                            .redirectOutput(FOLDER.resolve("npm.log").toFile())
                            .start();
            if (!npm.waitFor(MINUTES_FOR_NPM, TimeUnit.MINUTES)) {
                npm.destroyForcibly();
                return false;
            }
            if (npm.exitValue() != 0) {
                return false;
            }
        } catch (IOException _) {
            return false; // there is no npm
        }
        Files.writeString(FOLDER.resolve("complete"), VERSION);
        return true;
    }

    private static boolean answers(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    String endpoint() {
        return "http://127.0.0.1:%d/%s".formatted(port, ACCOUNT);
    }

    String key() {
        return key;
    }

    String connectionString() {
        return "DefaultEndpointsProtocol=http;AccountName=%s;AccountKey=%s;BlobEndpoint=%s;"
                .formatted(ACCOUNT, key, endpoint());
    }

    /// At once: asked to end, it would write its directory once more.
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
