// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.vault;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.json.JsonMapper;

/// Asks Vault with a token that is renewed; one that was taken back is replaced.
public final class VaultClient {
    private static final int FORBIDDEN = 403;

    private static final int OK = 200;

    private final String base;
    private final RestClient http;
    private final VaultToken token;

    /// @param namespace a namespace of Vault's own, or absent
    /// @param timeout of each request
    public VaultClient(
            URI address,
            @Nullable String namespace,
            Duration timeout,
            VaultAuth auth,
            Clock clock) {
        this.base = address.toString().replaceAll("/+$", "") + "/v1";
        var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(timeout)
                        .build();
        var requests = new JdkClientHttpRequestFactory(client);
        requests.setReadTimeout(timeout);
        var builder =
                RestClient.builder()
                        .requestFactory(requests)
                        .baseUrl(base)
                        .defaultHeader("X-Vault-Request", "true");
        if (namespace != null) {
            builder.defaultHeader("X-Vault-Namespace", namespace);
        }
        this.http = builder.build();
        this.token = new VaultToken(http, auth, clock);
    }

    /// What an answer was, as far as it matters.
    public record Answer(int status, String body) {
        @Override
        public String toString() {
            return "Answer[status=" + status + "]";
        }
    }

    /// @param path encoded, after `/v1`
    /// @throws org.springframework.web.client.RestClientException if it doesn't answer
    public Answer get(String path) {
        return ask(HttpMethod.GET, path, null);
    }

    /// @param path encoded, after `/v1`
    /// @throws org.springframework.web.client.RestClientException if it doesn't answer
    public Answer post(String path, Map<String, ?> body) {
        return ask(HttpMethod.POST, path, JsonMapper.shared().writeValueAsString(body));
    }

    private Answer ask(HttpMethod method, String path, @Nullable String body) {
        var used = token.current();
        var answer = once(method, path, body, used);
        if (answer.status() != FORBIDDEN || isGood(used)) {
            return answer;
        }
        // taken back, or expired sooner than was said
        return once(method, path, body, token.replacing(used));
    }

    /// Whether it is Vault's policy that forbids something: a new token for each time would pile up
    /// there.
    private boolean isGood(String used) {
        return once(HttpMethod.GET, "/auth/token/lookup-self", null, used).status() == OK;
    }

    private Answer once(HttpMethod method, String path, @Nullable String body, String with) {
        var request =
                http.method(method).uri(URI.create(base + path)).header("X-Vault-Token", with);
        if (body != null) {
            request.contentType(MediaType.APPLICATION_JSON).body(body);
        }
        return request.exchange((_, response) ->
                new Answer(
                        response.getStatusCode().value(),
                        new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8)));
    }
}
