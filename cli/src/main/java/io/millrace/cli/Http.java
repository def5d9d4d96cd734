// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sends requests; what isn't a success becomes a [CliException] with the server's own words.
final class Http implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static final int MOST_RETRIES = 10;
    private static final int UNKNOWN = 401;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    /// The answer to a request that must succeed.
    JsonNode json(HttpRequest request) {
        var response = send(request);
        if (!isSuccess(response.statusCode())) {
            throw failure(request, response);
        }
        return parse(response.body());
    }

    /// What to say of an answer that isn't a success.
    static CliException failure(HttpRequest request, HttpResponse<String> response) {
        return new CliException(
                ExitCode.ofStatus(response.statusCode()), problem(request, response));
    }

    /// An answer as JSON; nothing at all is read as null.
    static JsonNode parse(String body) {
        try {
            return body.isBlank() ? MAPPER.nullNode() : MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw new CliException(
                    ExitCode.UNAVAILABLE,
                    "Expected JSON from the server but got something else",
                    e);
        }
    }

    /// The answer, whatever it is. A server that says when to come again is asked again then.
    HttpResponse<String> send(HttpRequest request) {
        var response = send(request, HttpResponse.BodyHandlers.ofString());
        for (int again = 0; again < MOST_RETRIES && isBusy(response); again++) {
            pause(response.headers().firstValueAsLong("Retry-After").orElse(1));
            response = send(request, HttpResponse.BodyHandlers.ofString());
        }
        return response;
    }

    /// Too many requests, or not available for now: nothing was done.
    private static boolean isBusy(HttpResponse<?> response) {
        return (response.statusCode() == 429 || response.statusCode() == 503)
                && response.headers().firstValue("Retry-After").isPresent();
    }

    private static void pause(long seconds) {
        try {
            Thread.sleep(Duration.ofSeconds(Math.clamp(seconds, 1, 10)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("Interrupted", e);
        }
    }

    /// The data of a stream of server-sent events, as they come; close it.
    Stream<JsonNode> events(HttpRequest request) {
        var response = send(request, HttpResponse.BodyHandlers.ofLines());
        if (!isSuccess(response.statusCode())) {
            response.body().close();
            throw new CliException(
                    ExitCode.ofStatus(response.statusCode()),
                    "Following is answered with %d by %s"
                            .formatted(response.statusCode(), request.uri()));
        }
        return response.body()
                .filter(line -> line.startsWith("data:"))
                .map(line -> line.substring("data:".length()).strip())
                .filter(data -> data.startsWith("{"))
                .map(MAPPER::readTree);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (ConnectException e) {
            throw new CliException(
                    ExitCode.UNAVAILABLE,
                    "Nothing answers at %s: is Millrace running? (./millrace up)"
                            .formatted(request.uri().resolve("/")),
                    e);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.UNAVAILABLE, "The request to " + request.uri() + " failed: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("Interrupted", e);
        }
    }

    static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    /// What a problem document (RFC 9457) says, with its errors one a line.
    static String problem(HttpRequest request, HttpResponse<String> response) {
        var text =
                new StringBuilder(
                        "%s %s: %d"
                                .formatted(
                                        request.method(),
                                        request.uri().getPath(),
                                        response.statusCode()));
        try {
            var problem = MAPPER.readTree(response.body());
            var detail = detail(problem);
            if (!detail.isEmpty()) {
                text.append(' ').append(detail);
            }
            for (var error : problem.path("_embedded").path("errors")) {
                var message = error.path("message").asString("");
                if (!message.isEmpty() && !isSaid(message, detail)) {
                    text.append("\n  ").append(message);
                }
            }
        } catch (JacksonException e) {
            text.append(' ').append(response.body());
        }
        if (response.statusCode() == UNKNOWN) {
            text.append(
                    "\n  The server doesn't know who asks: millrace login, or see MILLRACE_TOKEN");
        }
        return text.toString().stripTrailing();
    }

    /// Whether an error says what the problem does, perhaps with the name of a field.
    private static boolean isSaid(String error, String detail) {
        return error.equals(detail) || (!detail.isEmpty() && error.endsWith(": " + detail));
    }

    /// As servers say it, and issuers (RFC 6749, section 5.2).
    private static String detail(JsonNode problem) {
        for (var name : List.of("detail", "message", "error_description", "error")) {
            var detail = problem.path(name).asString("");
            if (!detail.isEmpty()) {
                return detail;
            }
        }
        return "";
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
