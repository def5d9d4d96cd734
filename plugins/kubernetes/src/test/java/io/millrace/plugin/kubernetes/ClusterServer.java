// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.Pem;
import io.millrace.test.SilentServer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;

/// An API server for tests, which set it up and read it by its own API, so that they are the same
/// for what stands in for it and for one that is installed. No controllers and no nodes work on its
/// objects: tests say how these are.
interface ClusterServer extends AutoCloseable {
    /// Who may do all.
    String TOKEN = "t0ken";

    /// Who may do nothing but see which kinds there are.
    String READER = "reader-t0ken";

    /// The stand-in, and Kubernetes' where it and its etcd are on the `PATH`.
    static Stream<String> programs() {
        boolean installed =
                Stream.of("etcd", "kube-apiserver")
                        .allMatch(program ->
                                Arrays.stream(
                                                String.valueOf(System.getenv("PATH"))
                                                        .split(File.pathSeparator))
                                        .anyMatch(d -> Files.isExecutable(Path.of(d, program))));
        return installed ? Stream.of("stand-in", "kube-apiserver") : Stream.of("stand-in");
    }

    static ClusterServer start(String program, Path directory) throws Exception {
        return program.equals("stand-in") ? ApiServer.start() : new Installed(directory);
    }

    /// As tasks are told of it.
    Map<String, Object> connection(String token);

    /// As it is while it is started anew.
    void stop() throws IOException, InterruptedException;

    void startAgain() throws IOException, InterruptedException;

    @Override
    void close();

    /// Processes on the loopback interface.
    final class Installed implements ClusterServer {
        private final Path directory;
        private final Process etcd;
        private final List<String> command = new ArrayList<>();
        private final int port = SilentServer.closedPort();
        private Process server;

        Installed(Path directory) throws IOException, InterruptedException {
            this.directory = directory;
            var client = "http://127.0.0.1:" + SilentServer.closedPort();
            var peer = "http://127.0.0.1:" + SilentServer.closedPort();
            etcd =
                    launch(
                            List.of(
                                    "etcd",
                                    "--data-dir=" + directory.resolve("etcd"),
                                    "--listen-client-urls=" + client,
                                    "--advertise-client-urls=" + client,
                                    "--listen-peer-urls=" + peer,
                                    "--initial-advertise-peer-urls=" + peer,
                                    "--initial-cluster=default=" + peer),
                            "etcd");
            var tokens =
                    Files.writeString(
                            directory.resolve("tokens.csv"),
                            "%s,admin,admin,system:masters\n%s,reader,reader\n"
                                    .formatted(TOKEN, READER));
            var key = directory.resolve("sa.key");
            launch(List.of("openssl", "genrsa", "-out", key.toString(), "2048"), "key").waitFor();
            command.addAll(
                    List.of(
                            "kube-apiserver",
                            "--etcd-servers=" + client,
                            "--bind-address=127.0.0.1",
                            // told to nobody: there is no other
                            "--advertise-address=192.0.2.1",
                            "--secure-port=" + port,
                            "--cert-dir=" + directory.resolve("certificates"),
                            "--token-auth-file=" + tokens,
                            "--authorization-mode=RBAC",
                            "--service-account-issuer=https://kubernetes.default.svc",
                            "--service-account-key-file=" + key,
                            "--service-account-signing-key-file=" + key,
                            "--service-cluster-ip-range=10.0.0.0/24",
                            // nobody makes the accounts
                            "--disable-admission-plugins=ServiceAccount"));
            server = launch(command, "server");
            awaitAnswer();
        }

        private Process launch(List<String> program, String log) throws IOException {
            return new ProcessBuilder(program)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(
                                    directory.resolve(log + ".log").toFile()))
                    .start();
        }

        private void awaitAnswer() throws IOException, InterruptedException {
            try (var client = HttpClient.newBuilder().sslContext(trustful()).build()) {
                var ready = URI.create("https://127.0.0.1:%d/readyz".formatted(port));
                Awaitility.await("the API server is ready")
                        .atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .until(() ->
                                !server.isAlive()
                                        || client.send(
                                                                HttpRequest.newBuilder(ready)
                                                                        .build(),
                                                                BodyHandlers.discarding())
                                                        .statusCode()
                                                == 200);
            }
            if (!server.isAlive()) {
                throw new IOException(Files.readString(directory.resolve("server.log")));
            }
        }

        private static SSLContext trustful() {
            try {
                return Objects.requireNonNull(Pem.tls(null, null, null, true));
            } catch (TaskFailedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Map<String, Object> connection(String token) {
            return Map.of(
                    "masterUrl",
                    "https://127.0.0.1:" + port,
                    "oauthToken",
                    token,
                    "trustCerts",
                    true);
        }

        @Override
        public void stop() throws InterruptedException {
            server.destroyForcibly().waitFor();
        }

        @Override
        public void startAgain() throws IOException, InterruptedException {
            server = launch(command, "server");
            awaitAnswer();
        }

        @Override
        public void close() {
            server.destroyForcibly();
            etcd.destroyForcibly();
        }
    }
}
