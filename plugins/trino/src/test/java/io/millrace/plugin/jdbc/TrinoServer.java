// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.awaitility.Awaitility;

/// A Trino of one node, as it is installed from its archive: with a catalog `memory`, open to
/// everybody over HTTP and to the user `ops` with a password over HTTPS.
final class TrinoServer implements AutoCloseable {
    static final String USER = "ops";
    static final String PASSWORD = "s3cret";
    private static final Path ARCHIVES = Path.of("target/server");

    private final Process process;
    private final int port;
    private final int securePort;
    private final Path certificate;
    private final HttpClient client = HttpClient.newHttpClient();

    private TrinoServer(Process process, int port, int securePort, Path certificate) {
        this.process = process;
        this.port = port;
        this.securePort = securePort;
        this.certificate = certificate;
    }

    static TrinoServer start(Path directory)
            throws IOException, InterruptedException, GeneralSecurityException {
        int port = SilentServer.closedPort();
        int securePort = SilentServer.closedPort();
        var keys = directory.resolve("keys.p12");
        run(
                java("keytool"),
                "-genkeypair",
                "-alias",
                "trino",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD);
        var certificate = directory.resolve("certificate.pem");
        run(
                java("keytool"),
                "-exportcert",
                "-rfc",
                "-alias",
                "trino",
                "-file",
                certificate.toString(),
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD);
        configure(directory, port, securePort, keys);
        var home = unpack(directory);
        var log = directory.resolve("server.log");
        var process =
                new ProcessBuilder(
                                java("java"),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--add-modules",
                                "jdk.incubator.vector",
                                "-Dnode.data-dir=" + directory,
                                "-Dconfig=etc/config.properties",
                                "-Dplugin.dir=" + home.resolve("plugin"),
                                "-cp",
                                home.resolve("lib") + "/*",
                                "io.trino.server.TrinoServer")
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        var server = new TrinoServer(process, port, securePort, certificate);
        Awaitility.await("Trino answers")
                .atMost(Duration.ofMinutes(3))
                .until(() -> !process.isAlive() || server.isReady());
        if (!process.isAlive()) {
            throw new IOException(Files.readString(log));
        }
        return server;
    }

    /// A program of the Java that runs this.
    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    /// By `tar`, as Java's archivers leave out the hard links that the archive is full of.
    private static Path unpack(Path directory) throws IOException, InterruptedException {
        var home = Files.createDirectory(directory.resolve("server"));
        run(
                "tar",
                "-xzf",
                ARCHIVES.resolve("trino-server-core.tar.gz").toString(),
                "-C",
                home.toString(),
                "--strip-components=1");
        run(
                java("jar"),
                "--extract",
                "--file",
                ARCHIVES.resolve("trino-memory.zip").toString(),
                "--dir",
                home.resolve("plugin").toString());
        return home;
    }

    private static void configure(Path directory, int port, int securePort, Path keys)
            throws IOException, GeneralSecurityException {
        var etc = Files.createDirectories(directory.resolve("etc"));
        Files.writeString(
                etc.resolve("config.properties"),
                """
                node.environment=test
                node.internal-address=127.0.0.1
                coordinator=true
                node-scheduler.include-coordinator=true
                discovery.uri=http://127.0.0.1:%1$d
                http-server.http.port=%1$d
                http-server.https.enabled=true
                http-server.https.port=%2$d
                http-server.https.keystore.path=%3$s
                http-server.https.keystore.key=%4$s
                http-server.authentication.type=PASSWORD
                http-server.authentication.allow-insecure-over-http=true
                internal-communication.shared-secret=of-this-test
                web-ui.enabled=false
                """
                        .formatted(port, securePort, keys, PASSWORD));
        Files.writeString(
                etc.resolve("password-authenticator.properties"),
                """
                password-authenticator.name=file
                file.password-file=etc/users
                """);
        var salt = "sixteen letters!".getBytes(StandardCharsets.UTF_8);
        var hash =
                SecretKeyFactory.getInstance("PBKDF2WithHmacSHA1")
                        .generateSecret(new PBEKeySpec(PASSWORD.toCharArray(), salt, 1000, 160))
                        .getEncoded();
        var hex = HexFormat.of();
        Files.writeString(
                etc.resolve("users"),
                "%s:1000:%s:%s%n".formatted(USER, hex.formatHex(salt), hex.formatHex(hash)));
        Files.writeString(
                Files.createDirectory(etc.resolve("catalog")).resolve("memory.properties"),
                "connector.name=memory\n");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/v1/info").contains("\"starting\":false");
        } catch (IOException _) {
            return false;
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                        .header("X-Trino-User", "admin")
                        .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    /// What it tells of the queries that it has taken, in JSON.
    String queries() throws IOException, InterruptedException {
        return get("/v1/query");
    }

    String url() {
        return "jdbc:trino://127.0.0.1:%d/memory/default".formatted(port);
    }

    String secureUrl() {
        return "jdbc:trino://localhost:%d/memory/default".formatted(securePort);
    }

    /// In PEM; nobody but who is given it believes it.
    String certificate() throws IOException {
        return Files.readString(certificate);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        client.close();
    }
}
