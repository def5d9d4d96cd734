// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/// Signs the development users of a suite in.
final class DevUsers {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Map<String, String> TOKENS = new ConcurrentHashMap<>();

    private DevUsers() {}

    /// A token of a user: one for all of these tests, which take less than the hour that it counts.
    ///
    /// @param server where the gateway is
    /// @param data the suite's, where it has written the users' passwords
    static String token(String server, Path data, String user) {
        return TOKENS.computeIfAbsent(server + " " + user, _ -> newToken(server, data, user));
    }

    private static String newToken(String server, Path data, String user) {
        try {
            var password = Files.readString(data.resolve("dev-issuer/" + user + ".password"));
            var basic = ("dev-" + user + ":" + password.strip()).getBytes(StandardCharsets.UTF_8);
            var answer =
                    HTTP.send(
                            HttpRequest.newBuilder(URI.create(server + "/dev-issuer/oauth2/token"))
                                    .header(
                                            "Authorization",
                                            "Basic " + Base64.getEncoder().encodeToString(basic))
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    "grant_type=client_credentials"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return JsonMapper.shared().readTree(answer.body()).path("access_token").asString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
