// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/// The MQTT broker of this machine for one test class, with a user `ops` and a password.
public final class Mosquitto implements AutoCloseable {
    public static final String USER = "ops";
    public static final String PASSWORD = "s3cret";

    private static final Path PROGRAM = Path.of("/usr/sbin/mosquitto");

    private final Process process;
    private final int port;
    private final int securePort;
    private final Path certificate;

    private Mosquitto(Process process, int port, int securePort, Path certificate) {
        this.process = process;
        this.port = port;
        this.securePort = securePort;
        this.certificate = certificate;
    }

    public static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    public static Mosquitto start(Path directory) throws IOException, InterruptedException {
        int port = SilentServer.closedPort();
        var passwords = directory.resolve("passwords");
        run("mosquitto_passwd", "-b", "-c", passwords.toString(), USER, PASSWORD);
        int securePort = SilentServer.closedPort();
        var certificate = directory.resolve("certificate.pem");
        var key = directory.resolve("key.pem");
        run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=broker",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        var configuration =
                Files.writeString(
                        directory.resolve("mosquitto.conf"),
                        """
                        listener %d 127.0.0.1
                        listener %d 127.0.0.1
                        certfile %s
                        keyfile %s
                        allow_anonymous false
                        password_file %s
                        user root
                        """
                                .formatted(port, securePort, certificate, key, passwords));
        var process =
                new ProcessBuilder(PROGRAM.toString(), "-c", configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("mosquitto.log").toFile())
                        .start();
        Awaitility.await("Mosquitto answers")
                .atMost(Duration.ofSeconds(20))
                .until(() -> answers(port) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException(
                    "Mosquitto: " + Files.readString(directory.resolve("mosquitto.log")));
        }
        return new Mosquitto(process, port, securePort, certificate);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static boolean answers(int port) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    public String server() {
        return "tcp://127.0.0.1:" + port;
    }

    /// Where it is spoken to over TLS.
    public String secureServer() {
        return "ssl://127.0.0.1:" + securePort;
    }

    /// In PEM; nobody but who is given it believes it.
    public String certificate() throws IOException {
        return Files.readString(certificate);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
