// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// A suite whose services run in this JVM, so that a test can end one and start it anew; the JVM
/// stops it.
final class RestartableSuite {
    private static final RestartableSuite ONE = start();

    private final Path data;
    private final String server;
    private final Suite suite;

    private RestartableSuite(Path data, String server, Suite suite) {
        this.data = data;
        this.server = server;
        this.suite = suite;
    }

    /// Ends a service and starts it anew; what it was doing for others breaks off.
    static void restart(Service service) throws Exception {
        ONE.suite.restart(service);
    }

    /// A token of a development user.
    static String token(String user) {
        try {
            var password = Files.readString(ONE.data.resolve("dev-issuer/" + user + ".password"));
            var basic =
                    Base64.getEncoder()
                            .encodeToString(
                                    ("dev-" + user + ":" + password.strip())
                                            .getBytes(StandardCharsets.UTF_8));
            try (var http = HttpClient.newHttpClient()) {
                var answer =
                        http.send(
                                HttpRequest.newBuilder(
                                                URI.create(ONE.server + "/dev-issuer/oauth2/token"))
                                        .header("Authorization", "Basic " + basic)
                                        .header("Content-Type", "application/x-www-form-urlencoded")
                                        .POST(
                                                HttpRequest.BodyPublishers.ofString(
                                                        "grant_type=client_credentials"))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                return JsonMapper.shared().readTree(answer.body()).path("access_token").asString();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static Path data() {
        return ONE.data;
    }

    /// Where the gateway is.
    static String server() {
        return ONE.server;
    }

    private static RestartableSuite start() {
        try {
            var data = Files.createTempDirectory("millrace-suite");
            int port = SuiteProcess.freePorts(9);
            var settings =
                    LocalSettings.of(
                            Map.of(
                                    "MILLRACE_DATA",
                                    data.toString(),
                                    "MILLRACE_PORT",
                                    Integer.toString(port)),
                            List.of());
            var suite = Suite.start(settings, RunState.claim(settings));
            return new RestartableSuite(data, "http://localhost:" + port, suite);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
