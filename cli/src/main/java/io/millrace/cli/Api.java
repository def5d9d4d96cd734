// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Millrace's public API, as far as the command line uses it, as one user.
final class Api {
    private static final int NOT_FOUND = 404;

    private final Http http;
    private final String base;
    private final String token;

    Api(Http http, Connection connection, String user) {
        this.http = http;
        this.base = connection.server() + "/api/v1/" + encode(connection.tenant());
        this.token = connection.token(http, user);
    }

    /// Creates the flow or updates it; the answer bears its revision.
    ///
    /// @param flow whose source is sent as it is
    JsonNode apply(FlowFile flow) {
        var path = "/flows/" + encode(flow.namespace()) + "/" + encode(flow.id());
        boolean isNew = http.send(get(path).build()).statusCode() == NOT_FOUND;
        var body = HttpRequest.BodyPublishers.ofString(flow.source());
        var request = request(isNew ? "/flows" : path).header("Content-Type", "application/x-yaml");
        return http.json(isNew ? request.POST(body).build() : request.PUT(body).build());
    }

    /// Starts an execution.
    JsonNode start(String namespace, String flow, Map<String, String> inputs) {
        var boundary = UUID.randomUUID().toString();
        var body = new StringBuilder();
        inputs.forEach((name, value) ->
                body.append("--" + boundary + "\r\n")
                        .append("Content-Disposition: form-data; name=\"")
                        .append(name.replaceAll("[\"\r\n]", "_"))
                        .append("\"\r\n\r\n")
                        .append(value)
                        .append("\r\n"));
        body.append("--" + boundary + "--\r\n");
        return http.json(
                request("/executions/" + encode(namespace) + "/" + encode(flow))
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build());
    }

    JsonNode execution(String id) {
        return http.json(get("/executions/" + encode(id)).build());
    }

    /// The execution at each of its changes, until it has ended.
    Stream<JsonNode> follow(String id) {
        return http.events(get("/executions/" + encode(id) + "/follow").build());
    }

    /// All log lines of an execution.
    JsonNode logs(String id) {
        return http.json(get("/logs/" + encode(id)).build());
    }

    /// The log lines of an execution as they come.
    Stream<JsonNode> followLogs(String id) {
        return http.events(get("/logs/" + encode(id) + "/follow").build());
    }

    private HttpRequest.Builder get(String path) {
        return request(path).GET();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + token);
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
