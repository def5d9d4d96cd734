// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FileHttp;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.OAuthToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// An account that somebody else vouches for, such as a cluster of Kubernetes: a token that lies in
/// a file of the worker is exchanged for one of Google's (RFC 8693), and that, where it is wanted,
/// for one of a service account.
///
/// @param source the file, which is written anew from time to time
/// @param field of the file that has the token, if the file is JSON
/// @param impersonation where a token of a service account is given
/// @see <a href="https://google.aip.dev/auth/4117">External account credentials</a>
record Federated(
        URI tokens,
        String audience,
        String tokenType,
        Path source,
        @Nullable String field,
        @Nullable URI impersonation,
        List<String> scopes)
        implements OAuthToken.Grant {
    private static final String CLOUD = "https://www.googleapis.com/auth/cloud-platform";

    /// @param file the worker's credentials, of type `external_account`
    /// @throws TaskFailedException if something is missing, or the token lies in no file
    static Federated of(Map<?, ?> file, List<String> scopes) throws TaskFailedException {
        var source = HttpApi.at(file, "credential_source");
        var token = HttpApi.text(source, "file");
        if (token == null) {
            throw new TaskFailedException(
                    "Expected a `file` as `credential_source` in the worker's file: others aren't known");
        }
        var format = HttpApi.at(source, "format");
        boolean json = "json".equals(HttpApi.text(format, "type"));
        var impersonation = HttpApi.text(file, "service_account_impersonation_url");
        return new Federated(
                URI.create(WorkersAccount.field(file, "token_url")),
                WorkersAccount.field(file, "audience"),
                WorkersAccount.field(file, "subject_token_type"),
                Path.of(token),
                json ? HttpApi.text(format, "subject_token_field_name") : null,
                impersonation == null ? null : URI.create(impersonation),
                scopes);
    }

    @Override
    public String ask(FileHttp http) throws TaskFailedException, IOException, InterruptedException {
        var form = new HashMap<String, String>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        form.put("requested_token_type", "urn:ietf:params:oauth:token-type:access_token");
        form.put("audience", audience);
        form.put("scope", impersonation == null ? String.join(" ", scopes) : CLOUD);
        form.put("subject_token_type", tokenType);
        form.put("subject_token", subject());
        var exchanged = OAuthToken.Grant.post(http, tokens, form);
        if (impersonation == null) {
            return exchanged;
        }
        var call =
                FileHttp.Call.of("POST", impersonation)
                        .with("Authorization", "Bearer " + text(exchanged, "access_token"))
                        .with("Content-Type", "application/json")
                        .with(
                                JsonMapper.shared()
                                        .writeValueAsString(Map.of("scope", scopes))
                                        .getBytes(UTF_8))
                        .again();
        var given = http.send(call).orFail((_, _) -> "the service account").text();
        return JsonMapper.shared()
                .writeValueAsString(Map.of("access_token", text(given, "accessToken")));
    }

    private String subject() throws TaskFailedException {
        try {
            var content = Files.readString(source);
            return field == null ? content.strip() : text(content, field);
        } catch (IOException _) {
            throw new TaskFailedException("The worker's token can't be read from its file");
        }
    }

    private static String text(String json, String name) throws TaskFailedException {
        try {
            var value = HttpApi.text(JsonMapper.shared().readValue(json, Map.class), name);
            if (value != null) {
                return value;
            }
        } catch (JacksonException _) {
            // its message has a piece of the text, which may be a token
        }
        throw new TaskFailedException("Expected a token as `%s`".formatted(name));
    }
}
