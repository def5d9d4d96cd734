// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Millrace's public API, as far as the command line uses it, as one user.
final class Api {
    private static final int NOT_FOUND = 404;
    private static final int PAGE = 500;
    private static final String YAML = "application/x-yaml";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Http http;
    private final String base;
    private final String token;

    Api(Http http, Connection connection, String user) {
        this(http, connection.server(), connection.tenant(), connection.token(http, user));
    }

    Api(Http http, URI server, String tenant, String token) {
        this.http = http;
        this.base = server + "/api/v1/" + encode(tenant);
        this.token = token;
    }

    // --- anything --------------------------------------------------------------------------------

    JsonNode get(String path) {
        return http.json(request(path).GET().build());
    }

    /// Nothing if there is no such thing.
    Optional<JsonNode> find(String path) {
        return find(path, NOT_FOUND);
    }

    /// Nothing if there is no such thing, or the answer is `nothing`, too.
    ///
    /// @param nothing status
    Optional<JsonNode> find(String path, int nothing) {
        var request = request(path).GET().build();
        var answer = http.send(request);
        if (answer.statusCode() == NOT_FOUND || answer.statusCode() == nothing) {
            return Optional.empty();
        }
        if (!Http.isSuccess(answer.statusCode())) {
            throw Http.failure(request, answer);
        }
        return Optional.of(Http.parse(answer.body()));
    }

    /// All rows of a list that comes in pages, but no more than `limit`. Where pages tell a cursor
    /// it is followed: what comes and goes meanwhile shifts nothing.
    ///
    /// @param query parameters, without those of the page
    JsonNode pages(String path, Map<String, String> query, int limit) {
        var rows = JSON.createArrayNode();
        var cursor = "";
        for (int page = 1; rows.size() < limit; page++) {
            var parameters = new LinkedHashMap<>(query);
            if (cursor.isEmpty()) {
                parameters.put("page", Integer.toString(page));
            } else {
                parameters.put("cursor", cursor);
            }
            int size = Math.min(PAGE, limit);
            parameters.put("size", Integer.toString(size));
            var answer = get(path + query(parameters));
            cursor = answer.path("nextCursor").asString("");
            var results = answer.path("results");
            for (var row : results) {
                if (rows.size() < limit) {
                    rows.add(row);
                }
            }
            if (results.size() < size) {
                break;
            }
        }
        return rows;
    }

    JsonNode send(String method, String path, @Nullable Object body) {
        return send(
                method,
                path,
                "application/json",
                body == null
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }

    JsonNode sendYaml(String method, String path, String source) {
        return send(method, path, YAML, BodyPublishers.ofString(source));
    }

    JsonNode send(String method, String path, String contentType, BodyPublisher body) {
        return http.json(
                request(path).header("Content-Type", contentType).method(method, body).build());
    }

    /// With one more header.
    JsonNode sendText(String method, String path, String text, Map<String, String> headers) {
        var request = request(path).header("Content-Type", "text/plain");
        headers.forEach(request::header);
        return http.json(request.method(method, BodyPublishers.ofString(text)).build());
    }

    // --- flows -----------------------------------------------------------------------------------

    /// Creates the flow or updates it; the answer bears its revision.
    ///
    /// @param flow whose source is sent as it is
    JsonNode apply(FlowFile flow) {
        var path = "/flows/" + encode(flow.namespace()) + "/" + encode(flow.id());
        boolean isNew = find(path).isEmpty();
        return sendYaml(isNew ? "POST" : "PUT", isNew ? "/flows" : path, flow.source());
    }

    // --- executions ------------------------------------------------------------------------------

    /// Starts an execution.
    ///
    /// @param inputs a value that begins with `@` is the file of that name
    /// @param query such as labels
    JsonNode start(String namespace, String flow, Map<String, String> inputs, String query) {
        var boundary = UUID.randomUUID().toString();
        var parts = new ArrayList<BodyPublisher>();
        inputs.forEach((name, value) -> {
            var head =
                    "--%s\r\nContent-Disposition: form-data; name=\"%s\""
                            .formatted(boundary, name.replaceAll("[\"\r\n]", "_"));
            if (value.startsWith("@")) {
                var file = Path.of(value.substring(1));
                parts.add(
                        BodyPublishers.ofString(
                                head
                                        + "; filename=\""
                                        + String.valueOf(file.getFileName())
                                                .replaceAll("[\"\r\n]", "_")
                                        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
                parts.add(content(file));
                parts.add(BodyPublishers.ofString("\r\n"));
            } else {
                parts.add(BodyPublishers.ofString(head + "\r\n\r\n" + value + "\r\n"));
            }
        });
        parts.add(BodyPublishers.ofString("--" + boundary + "--\r\n"));
        return send(
                "POST",
                "/executions/" + encode(namespace) + "/" + encode(flow) + query,
                "multipart/form-data; boundary=" + boundary,
                BodyPublishers.concat(parts.toArray(BodyPublisher[]::new)));
    }

    private static BodyPublisher content(Path file) {
        try {
            if (!Files.isReadable(file)) {
                throw new CliException(ExitCode.USAGE, "The file " + file + " can't be read");
            }
            return BodyPublishers.ofFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode execution(String id) {
        return get("/executions/" + encode(id));
    }

    /// The execution at each of its changes, until it has ended.
    Stream<JsonNode> follow(String id) {
        return http.events(request("/executions/" + encode(id) + "/follow").GET().build());
    }

    /// All log lines of an execution.
    JsonNode logs(String id, Map<String, String> query) {
        return get("/logs/" + encode(id) + query(query));
    }

    /// The log lines of an execution as they come.
    Stream<JsonNode> followLogs(String id, Map<String, String> query) {
        return http.events(request("/logs/" + encode(id) + "/follow" + query(query)).GET().build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + token);
    }

    /// `?a=1&b=2`, or nothing.
    static String query(Map<String, String> parameters) {
        return query(
                parameters.entrySet().stream()
                        .map(p -> List.of(p.getKey(), p.getValue()))
                        .toList());
    }

    /// @param parameters names and values
    static String query(List<List<String>> parameters) {
        var text = new StringBuilder();
        for (var parameter : parameters) {
            text.append(text.isEmpty() ? '?' : '&').append(encode(parameter.get(0)));
            text.append('=').append(encode(parameter.get(1)));
        }
        return text.toString();
    }

    static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
