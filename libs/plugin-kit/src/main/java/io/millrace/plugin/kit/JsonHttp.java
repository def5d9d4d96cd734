// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON over HTTP to the services of others: within the egress policy, without redirects, with
/// bounded answers. Errors name the host alone: a URL may bear a secret.
public final class JsonHttp implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int LARGEST_ANSWER = 16 << 20;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    // connections of HTTP/2 are found by name: another tenant's policy may differ
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();
    private final EgressPolicy egress;

    public JsonHttp(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    /// @param body text, such as JSON
    public record Answer(int status, String body) {
        public boolean isGood() {
            return status >= 200 && status < 300;
        }

        /// @param what was asked, such as `Slack`
        /// @throws TaskFailedException unless it is good
        public Answer orFail(String what) throws TaskFailedException {
            if (!isGood()) {
                var said = body.length() > 500 ? body.substring(0, 500) + "…" : body;
                throw new TaskFailedException(
                        "%s answered %d: %s".formatted(what, status, said.strip()));
            }
            return this;
        }
    }

    /// @param body absent: none is sent
    /// @throws TaskFailedException if there is no answer
    public Answer send(
            String method, String url, Map<String, String> headers, @Nullable String body)
            throws TaskFailedException, InterruptedException {
        return send(method, url, headers, body, ANSWER);
    }

    /// @param body absent: none is sent
    /// @param within how long the answer may take
    /// @throws TaskFailedException if there is no answer
    public Answer send(
            String method,
            String url,
            Map<String, String> headers,
            @Nullable String body,
            Duration within)
            throws TaskFailedException, InterruptedException {
        URI uri;
        HttpRequest request;
        try {
            uri = URI.create(url.strip());
            egress.check(uri);
            var builder =
                    HttpRequest.newBuilder(uri)
                            .timeout(within)
                            .setHeader("User-Agent", "Millrace")
                            .setHeader("Accept", "application/json");
            if (body != null) {
                builder.setHeader("Content-Type", "application/json; charset=utf-8");
            }
            headers.forEach(builder::setHeader);
            request =
                    builder.method(
                                    method,
                                    body == null
                                            ? BodyPublishers.noBody()
                                            : BodyPublishers.ofString(body))
                            .build();
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected a URL and headers that can be sent");
        }
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var content = new PatientStream(response.body(), within)) {
                var text = new String(content.readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8);
                return new Answer(response.statusCode(), text);
            }
        } catch (HttpTimeoutException e) {
            throw new TaskFailedException("No answer in time from " + uri.getHost(), e);
        } catch (ConnectException e) {
            throw new TaskFailedException("Unable to connect to " + uri.getHost(), e);
        } catch (IOException e) {
            throw new TaskFailedException(
                    "No answer from %s: %s".formatted(uri.getHost(), e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
