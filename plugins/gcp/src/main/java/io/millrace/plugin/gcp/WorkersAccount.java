// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.EgressScope;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.OAuthToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The account that the worker itself runs as, found where Google's own tools find it ("Application
/// Default Credentials"): the file that `GOOGLE_APPLICATION_CREDENTIALS` names, that of `gcloud
/// auth application-default login`, the metadata server of the machine.
final class WorkersAccount {
    private static final String TOKENS = "https://oauth2.googleapis.com/token";
    private static final String METADATA = "169.254.169.254";
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private WorkersAccount() {}

    /// @param environment of the worker
    /// @throws TaskFailedException if a file isn't what it should be
    static OAuthToken.Grant of(Map<String, String> environment, List<String> scopes)
            throws TaskFailedException {
        var named = environment.get("GOOGLE_APPLICATION_CREDENTIALS");
        var known =
                Path.of(
                        environment.getOrDefault("HOME", "/nonexistent"),
                        ".config/gcloud/application_default_credentials.json");
        if (named != null || Files.isReadable(known)) {
            return ofFile(named == null ? known : Path.of(named), scopes);
        }
        var host = environment.getOrDefault("GCE_METADATA_HOST", METADATA);
        return _ -> ofMachine(host, scopes);
    }

    private static OAuthToken.Grant ofFile(Path path, List<String> scopes)
            throws TaskFailedException {
        Map<?, ?> file;
        String text;
        try {
            text = Files.readString(path);
            file = JsonMapper.shared().readValue(text, Map.class);
        } catch (IOException | JacksonException _) {
            // its message may have a piece of the text, which is a secret
            throw new TaskFailedException("Expected the worker's credentials as a file of JSON");
        }
        return switch (String.valueOf(file.get("type"))) {
            case "service_account" -> ServiceAccount.of(text, scopes);
            case "authorized_user" -> {
                var form =
                        Map.of(
                                "grant_type", "refresh_token",
                                "client_id", field(file, "client_id"),
                                "client_secret", field(file, "client_secret"),
                                "refresh_token", field(file, "refresh_token"));
                var uri = HttpApi.text(file, "token_uri");
                var tokens = URI.create(uri == null ? TOKENS : uri);
                yield http -> OAuthToken.Grant.post(http, tokens, form);
            }
            case "external_account" -> Federated.of(file, scopes);
            default ->
                    throw new TaskFailedException(
                            "Expected credentials of a service account, a user or an external account in the worker's file, but their type is '%s'"
                                    .formatted(file.get("type")));
        };
    }

    static String field(Map<?, ?> file, String name) throws TaskFailedException {
        var value = HttpApi.text(file, name);
        if (value == null) {
            throw new TaskFailedException("Expected `%s` in the worker's file".formatted(name));
        }
        return value;
    }

    /// Past the egress policy, which keeps tasks from here: no flow has a say in what is asked.
    private static String ofMachine(String server, List<String> scopes)
            throws TaskFailedException, IOException, InterruptedException {
        int colon = server.lastIndexOf(':');
        var name = colon < 0 ? server : server.substring(0, colon);
        var address = EgressScope.outside(() -> InetAddress.getByName(name)).getHostAddress();
        var uri =
                URI.create(
                        "http://%s%s/computeMetadata/v1/instance/service-accounts/default/token?scopes=%s"
                                .formatted(
                                        address,
                                        colon < 0 ? "" : server.substring(colon),
                                        HttpApi.segment(String.join(",", scopes))));
        var request =
                HttpRequest.newBuilder(uri)
                        .header("Metadata-Flavor", "Google")
                        .timeout(ANSWER)
                        .build();
        try (var client = HttpClient.newBuilder().connectTimeout(ANSWER).build()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
            if (answer.statusCode() != 200) {
                throw new TaskFailedException(
                        "The machine of the worker has no account (%d)"
                                .formatted(answer.statusCode()));
            }
            return answer.body();
        }
    }
}
