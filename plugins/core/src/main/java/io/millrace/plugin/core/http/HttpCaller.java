// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The one way out for HTTP: checks every address against the egress policy, those of redirects
/// too.
final class HttpCaller implements AutoCloseable {
    private static final int MAX_REDIRECTS = 10;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Pattern CREDENTIAL =
            Pattern.compile("(?i)auth|cookie|token|key|secret|password|credential|session");

    /// One for each tenant: a client finds connections of HTTP/2 by name, so that one tenant's
    /// would be another's, whose egress policy may differ.
    private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();

    private final EgressPolicy egress;

    HttpCaller(EgressPolicy egress) {
        this.egress = egress;
    }

    /// Where the next request goes, and what of the first one goes with it.
    private record Hop(URI uri, String method, boolean withBody, boolean withCredentials) {}

    /// Sends it, follows redirects, and gives the answer, whose body the caller must close.
    HttpResponse<InputStream> send(HttpCall call, TaskContext context)
            throws TaskFailedException, IOException, InterruptedException {
        var first = withParameters(uri(call.uri()), call.params());
        var hop = new Hop(first, call.method().toUpperCase(Locale.ROOT), true, true);
        for (int redirects = 0; ; redirects++) {
            egress.check(hop.uri());
            var request = request(call, hop, context);
            var response = exchange(call.how(), request, context.taskRun().tenant());
            var next = redirect(call, hop, first, response);
            if (next == null) {
                return response;
            }
            response.body().close();
            if (redirects == MAX_REDIRECTS) {
                throw new TaskFailedException("More than %d redirects".formatted(MAX_REDIRECTS));
            }
            hop = next;
        }
    }

    private HttpClient client(String tenant) {
        return clients.computeIfAbsent(tenant, _ -> newClient(CONNECT));
    }

    private static HttpClient newClient(Duration connect) {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connect)
                .build();
    }

    private HttpResponse<InputStream> exchange(HttpOptions how, HttpRequest request, String tenant)
            throws TaskFailedException, IOException, InterruptedException {
        var connect = how.connectWithin();
        if (connect == null) {
            return exchange(client(tenant), request, CONNECT);
        }
        if (!connect.isPositive()) {
            throw new TaskFailedException(
                    "Expected a time to connect but `connectTimeout` is " + connect);
        }
        // how long connecting may take belongs to a client
        var own = newClient(connect);
        try {
            return exchange(own, request, connect);
        } finally {
            // once the answer is read
            own.shutdown();
        }
    }

    private static HttpResponse<InputStream> exchange(
            HttpClient client, HttpRequest request, Duration connect)
            throws TaskFailedException, IOException, InterruptedException {
        var uri = request.uri();
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (HttpConnectTimeoutException e) {
            throw new TaskFailedException(
                    "Unable to connect to %s within %s".formatted(origin(uri), connect), e);
        } catch (HttpTimeoutException e) {
            throw new TaskFailedException("No answer in time from " + origin(uri), e);
        } catch (ConnectException e) {
            throw new TaskFailedException("Unable to connect to " + origin(uri), e);
        }
    }

    /// A URI may bear secrets in its user, path or query.
    private static String origin(URI uri) {
        return uri.getScheme()
                + "://"
                + uri.getHost()
                + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    private static @Nullable Hop redirect(
            HttpCall call, Hop hop, URI first, HttpResponse<?> response)
            throws TaskFailedException {
        int status = response.statusCode();
        var location = response.headers().firstValue("Location");
        if (!call.how().followRedirects()
                || !List.of(301, 302, 303, 307, 308).contains(status)
                || location.isEmpty()) {
            return null;
        }
        var target = hop.uri().resolve(uri(location.get()));
        boolean becomesGet =
                (status == 303 && !hop.method().equals("HEAD"))
                        || ((status == 301 || status == 302) && hop.method().equals("POST"));
        return new Hop(
                target,
                becomesGet ? "GET" : hop.method(),
                hop.withBody() && !becomesGet,
                hop.withCredentials() && origin(target).equals(origin(first)));
    }

    private static URI uri(String text) throws TaskFailedException {
        try {
            return URI.create(text.strip().replace(" ", "%20"));
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected a URI but got something else", e);
        }
    }

    private static URI withParameters(URI uri, @Nullable Map<String, String> parameters)
            throws TaskFailedException {
        if (parameters == null || parameters.isEmpty()) {
            return uri;
        }
        var text = uri.toString();
        return uri(text + (uri.getRawQuery() == null ? "?" : "&") + encode(parameters));
    }

    private static String encode(Map<String, ?> fields) {
        return fields.entrySet().stream()
                .map(e ->
                        URLEncoder.encode(e.getKey(), UTF_8)
                                + "="
                                + URLEncoder.encode(String.valueOf(e.getValue()), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static HttpRequest request(HttpCall call, Hop hop, TaskContext context)
            throws TaskFailedException {
        var options = call.how();
        HttpRequest.Builder builder;
        try {
            builder = HttpRequest.newBuilder(hop.uri()).timeout(options.answerWithin());
            builder.setHeader("User-Agent", "Millrace");
            if (call.headers() != null) {
                for (var header : call.headers().entrySet()) {
                    if (hop.withCredentials() || !isCredential(header.getKey())) {
                        set(builder, header.getKey(), header.getValue());
                    }
                }
            }
            if (hop.withCredentials()) {
                var authorization = authorization(options, hop.uri());
                if (authorization.isPresent()) {
                    set(builder, "Authorization", authorization.get());
                }
            }
            var body = hop.withBody() ? body(call, context) : NO_BODY;
            if (body.contentType() != null) {
                set(builder, "Content-Type", body.contentType());
            }
            return builder.method(hop.method(), body.publisher()).build();
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("The request can't be made: " + e.getMessage(), e);
        }
    }

    /// What the JDK says of a value that it doesn't take has the value in it.
    private static void set(HttpRequest.Builder builder, String header, String value)
            throws TaskFailedException {
        try {
            builder.setHeader(header, value);
        } catch (IllegalArgumentException _) {
            throw new TaskFailedException(
                    "The header '%s' can't be sent: it isn't the client's to set, or it has line breaks or the like"
                            .formatted(header));
        }
    }

    /// Every service has a header of its own for who one is, such as `PRIVATE-TOKEN`.
    private static boolean isCredential(String header) {
        return CREDENTIAL.matcher(header).find();
    }

    private static Optional<String> authorization(HttpOptions options, URI uri)
            throws TaskFailedException {
        var auth = options.auth();
        if (auth != null) {
            return switch (auth.type().toUpperCase(Locale.ROOT)) {
                case "BASIC" -> Optional.of(basic(auth.username(), auth.password()));
                case "BEARER" -> Optional.of("Bearer " + auth.token());
                default ->
                        throw new TaskFailedException(
                                "Expected auth of type BASIC or BEARER but got " + auth.type());
            };
        }
        if (options.basicAuthUser() != null) {
            return Optional.of(basic(options.basicAuthUser(), options.basicAuthPassword()));
        }
        if (uri.getUserInfo() != null) {
            var parts = uri.getUserInfo().split(":", 2);
            return Optional.of(basic(parts[0], parts.length > 1 ? parts[1] : ""));
        }
        return Optional.empty();
    }

    private static String basic(@Nullable String user, @Nullable String password) {
        var pair = (user == null ? "" : user) + ":" + (password == null ? "" : password);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    private record Body(BodyPublisher publisher, @Nullable String contentType) {}

    private static final Body NO_BODY = new Body(BodyPublishers.noBody(), null);

    private static Body body(HttpCall call, TaskContext context) throws TaskFailedException {
        var type = call.contentType();
        if (call.formData() != null) {
            if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
                return multipart(call.formData(), context);
            }
            return new Body(
                    BodyPublishers.ofString(encode(call.formData())),
                    "application/x-www-form-urlencoded");
        }
        if (call.body() == null) {
            return new Body(BodyPublishers.noBody(), type);
        }
        return new Body(
                BodyPublishers.ofString(call.body()),
                type != null ? type : isTyped(call) ? null : "application/json");
    }

    /// Whether the flow's headers say what the body is.
    private static boolean isTyped(HttpCall call) {
        return call.headers() != null
                && call.headers().keySet().stream().anyMatch("Content-Type"::equalsIgnoreCase);
    }

    private static Body multipart(Map<String, @Nullable Object> fields, TaskContext context)
            throws TaskFailedException {
        var boundary = "millrace-" + UUID.randomUUID();
        var parts = new ArrayList<BodyPublisher>();
        for (var field : fields.entrySet()) {
            var value = field.getValue();
            var name = field.getKey();
            String file = null;
            var content = String.valueOf(value);
            if (value instanceof Map<?, ?> map && map.get("content") != null) {
                content = String.valueOf(map.get("content"));
                file = map.get("name") == null ? null : String.valueOf(map.get("name"));
            }
            boolean stored = content.startsWith("kestra:///");
            if (stored && file == null) {
                file = content.substring(content.lastIndexOf('/') + 1);
            }
            parts.add(
                    BodyPublishers.ofString(
                            "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n%s\r\n"
                                    .formatted(
                                            boundary,
                                            quoted(name),
                                            file == null
                                                    ? ""
                                                    : "; filename=\"%s\"".formatted(quoted(file)),
                                            file == null
                                                    ? ""
                                                    : "Content-Type: application/octet-stream\r\n")));
            parts.add(stored ? stored(content, context) : BodyPublishers.ofString(content));
            parts.add(BodyPublishers.ofString("\r\n"));
        }
        parts.add(BodyPublishers.ofString("--" + boundary + "--\r\n"));
        return new Body(
                BodyPublishers.concat(parts.toArray(BodyPublisher[]::new)),
                "multipart/form-data; boundary=" + boundary);
    }

    private static String quoted(String name) {
        return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static BodyPublisher stored(String file, TaskContext context)
            throws TaskFailedException {
        var uri = uri(file);
        return BodyPublishers.ofInputStream(() -> {
            try {
                return context.files().get(uri);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
    }
}
