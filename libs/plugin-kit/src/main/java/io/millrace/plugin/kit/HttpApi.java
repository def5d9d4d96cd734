// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The API of another system over HTTP: what connectors of such systems have in common.
///
/// Within the egress policy, without redirects, with bounded answers. What failed without having
/// been done is tried again. Errors name the system and the host, never a URL or a header: they may
/// bear a secret. All waiting ends when the task's thread is interrupted.
public final class HttpApi implements AutoCloseable {
    private static final int LARGEST_ANSWER = 32 << 20;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String what;
    private final String base;
    private final Supplier<Map<String, String>> headers;
    private final TaskContext context;
    private final @Nullable SSLContext tls;
    private final HttpClient client;
    private HttpTries tries;

    /// @param what the system's name, for messages
    /// @param url where its API begins
    /// @param headers sent with each request, such as credentials
    /// @param tls whom to trust and who one is, or absent for what the JDK trusts
    /// @throws TaskFailedException if the URL is none
    public HttpApi(
            String what,
            String url,
            Map<String, String> headers,
            @Nullable SSLContext tls,
            PluginSettings settings,
            TaskContext context)
            throws TaskFailedException {
        this(what, url, constant(headers), tls, settings, context);
    }

    /// @param headers asked for before each request: credentials that change with time
    public HttpApi(
            String what,
            String url,
            Supplier<Map<String, String>> headers,
            @Nullable SSLContext tls,
            PluginSettings settings,
            TaskContext context)
            throws TaskFailedException {
        this.what = what;
        var stripped = url.strip();
        this.base =
                stripped.endsWith("/") ? stripped.substring(0, stripped.length() - 1) : stripped;
        this.headers = headers;
        this.tries = new HttpTries(what, EgressPolicy.of(settings), context);
        this.context = context;
        this.tls = tls;
        this.client = client(tls);
        uri(base);
    }

    private static Supplier<Map<String, String>> constant(Map<String, String> headers) {
        var copy = Map.copyOf(headers);
        return () -> copy;
    }

    private static HttpClient client(@Nullable SSLContext tls) {
        var builder = HttpTries.client();
        return tls == null ? builder.build() : builder.sslContext(tls).build();
    }

    /// The value of an `Authorization` header with a user and a password, or a token in its place.
    public static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    /// One request. A path is appended to the base; what is a full URL of the same origin is taken
    /// as it is.
    ///
    /// @param contentType absent: there is no body
    public record Call(
            String method,
            String path,
            Map<String, String> headers,
            @Nullable String contentType,
            @Nullable String body) {

        public static Call get(String path) {
            return new Call("GET", path, Map.of(), null, null);
        }

        public static Call of(String method, String path) {
            return new Call(method, path, Map.of(), null, null);
        }

        /// @param value made JSON
        public static Call json(String method, String path, Object value) {
            return new Call(
                    method, path, Map.of(), "application/json", JSON.writeValueAsString(value));
        }

        public static Call form(String method, String path, Map<String, ?> fields) {
            return new Call(
                    method, path, Map.of(), "application/x-www-form-urlencoded", encoded(fields));
        }

        public Call with(String header, String value) {
            var all = new LinkedHashMap<>(headers);
            all.put(header, value);
            return new Call(method, path, all, contentType, body);
        }

        /// Whether doing it twice does no more than doing it once.
        boolean repeatable() {
            return List.of("GET", "HEAD", "PUT", "DELETE").contains(method);
        }
    }

    /// `a=1&b=2`, as in a query or a form.
    public static String encoded(Map<String, ?> fields) {
        return fields.entrySet().stream()
                .map(field -> segment(field.getKey()) + "=" + segment(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    /// A value as part of a path or a query.
    public static String segment(@Nullable Object value) {
        return URLEncoder.encode(String.valueOf(value), UTF_8).replace("+", "%20");
    }

    /// @param what for messages
    public record Answer(String what, int status, HttpHeaders headers, String body)
            implements HttpTries.Reply {
        public boolean isGood() {
            return status >= 200 && status < 300;
        }

        /// @throws TaskFailedException unless it is good
        public Answer orFail() throws TaskFailedException {
            if (isGood()) {
                return this;
            }
            var all = said();
            var said = all.length() > 500 ? all.substring(0, 500) + "…" : all;
            throw new TaskFailedException(
                    switch (status) {
                        case 401 -> what + " refuses the credentials (401)";
                        case 403 -> what + " doesn't permit this (403): " + said.strip();
                        default -> "%s answered %d: %s".formatted(what, status, said.strip());
                    });
        }

        /// What a `Status` of Kubernetes has beside its message says the same again, and is long.
        private String said() throws TaskFailedException {
            var message = body.startsWith("{\"kind\":\"Status\"") ? text(json(), "message") : null;
            return message == null ? body : message;
        }

        public Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        public @Nullable Object json() throws TaskFailedException {
            try {
                return body.isBlank() ? null : JSON.readValue(body, Object.class);
            } catch (JacksonException e) {
                throw new TaskFailedException(
                        "Expected JSON from %s but got something else".formatted(what), e);
            }
        }

        public Map<String, @Nullable Object> object() throws TaskFailedException {
            if (!(json() instanceof Map<?, ?> map)) {
                throw new TaskFailedException("Expected an object from " + what);
            }
            return HttpApi.object(map);
        }

        /// @return its elements that are objects
        public List<Map<String, @Nullable Object>> objects() throws TaskFailedException {
            if (!(json() instanceof List<?> list)) {
                throw new TaskFailedException("Expected a list from " + what);
            }
            return list.stream()
                    .filter(Map.class::isInstance)
                    .map(one -> HttpApi.object((Map<?, ?>) one))
                    .toList();
        }
    }

    private static Map<String, @Nullable Object> object(Map<?, ?> map) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((name, value) -> object.put(String.valueOf(name), value));
        return object;
    }

    /// What lies at the end of a path through objects, or nothing.
    public static @Nullable Object at(@Nullable Object object, String... path) {
        var value = object;
        for (var name : path) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value;
    }

    /// The same as text.
    public static @Nullable String text(@Nullable Object object, String... path) {
        var value = at(object, path);
        return value == null ? null : value.toString();
    }

    /// A good answer.
    ///
    /// @throws TaskFailedException if there is none
    public Answer ask(Call call) throws TaskFailedException, InterruptedException {
        return send(call).orFail();
    }

    /// Any answer but those that ask to come later: then it is tried again, for a while.
    ///
    /// @throws TaskFailedException if there is no answer
    public Answer send(Call call) throws TaskFailedException, InterruptedException {
        try {
            return tries.send(
                    () -> once(client, call),
                    call.repeatable(),
                    status -> status == 502 || status == 504);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an answer is read already
        }
    }

    /// Any answer. Nothing is tried again.
    ///
    /// @throws TaskFailedException if there is none
    public Answer sendOnce(Call call) throws TaskFailedException, InterruptedException {
        try {
            return once(client, call);
        } catch (HttpTries.NoAnswerException e) {
            throw e.failure();
        }
    }

    /// The answer of a server that something is followed on: when it is away for a while, as it is
    /// while it is started anew, it is waited for.
    ///
    /// @param away how long it may be
    /// @throws TaskFailedException if it is away for longer
    public Answer sendPatiently(Call call, Duration away)
            throws TaskFailedException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            boolean late = System.nanoTime() - start > away.toNanos();
            try {
                var answer = once(client, call);
                if (late || (answer.status() != 429 && answer.status() < 500)) {
                    return answer;
                }
                context.log().debug("%s answered %d, waited for".formatted(what, answer.status()));
            } catch (HttpTries.NoAnswerException e) {
                if (late) {
                    throw e.failure();
                }
                context.log().debug(e.getMessage() + ", waited for");
            }
            Thread.sleep(tries.firstPause());
        }
    }

    /// For tests of what is tried again.
    public HttpApi pausing(Duration first) {
        tries = new HttpTries(what, tries.egress(), context, first);
        return this;
    }

    private Answer once(HttpClient client, Call call)
            throws HttpTries.NoAnswerException, TaskFailedException, InterruptedException {
        var uri = uri(call.path());
        HttpRequest request;
        try {
            var builder = tries.to(uri).setHeader("Accept", "application/json");
            if (call.contentType() != null) {
                builder.setHeader("Content-Type", call.contentType());
            }
            headers.get().forEach(builder::setHeader);
            call.headers().forEach(builder::setHeader);
            var body = call.body();
            request =
                    builder.method(
                                    call.method(),
                                    body == null
                                            ? BodyPublishers.noBody()
                                            : BodyPublishers.ofString(body))
                            .build();
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected a URL and credentials that can be sent");
        }
        var response = tries.exchange(client, request);
        try (var content = HttpTries.patient(response)) {
            var text = new String(content.readNBytes(LARGEST_ANSWER), UTF_8);
            return new Answer(what, response.statusCode(), response.headers(), text);
        } catch (IOException e) {
            throw tries.failed(uri.getHost(), e);
        }
    }

    private URI uri(String path) throws TaskFailedException {
        try {
            var uri =
                    path.startsWith("http://") || path.startsWith("https://")
                            ? URI.create(path)
                            : URI.create(base + (path.startsWith("/") ? "" : "/") + path);
            var own = URI.create(base);
            boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (known && uri.getHost() != null) {
                if (!uri.getHost().equals(own.getHost()) || uri.getPort() != own.getPort()) {
                    throw new TaskFailedException(
                            what + " refers to another host; credentials aren't sent there");
                }
                // behind a proxy it may not know that it is asked over TLS
                boolean plain = uri.getScheme().equals("http") && own.getScheme().equals("https");
                return plain ? URI.create("https" + uri.toString().substring(4)) : uri;
            }
        } catch (IllegalArgumentException _) {
            // its message has the URL, and with it perhaps a password
        }
        throw new TaskFailedException("Expected the URL of %s, with http or https".formatted(what));
    }

    /// One look at something that is waited for.
    @FunctionalInterface
    public interface Look<T> {
        /// @return the result, or nothing if it has to be waited for still
        Optional<T> take() throws TaskFailedException, InterruptedException;
    }

    /// Looks again and again.
    ///
    /// @param awaited for the message, such as `build 12`
    /// @param atMost absent: as long as the task may run
    /// @throws TaskFailedException if it takes longer
    public <T> T await(String awaited, Duration interval, @Nullable Duration atMost, Look<T> look)
            throws TaskFailedException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            var result = look.take();
            if (result.isPresent()) {
                return result.get();
            }
            if (atMost != null && System.nanoTime() - start > atMost.toNanos()) {
                throw new TaskFailedException(
                        "Expected %s of %s to end within %s".formatted(awaited, what, atMost));
            }
            Thread.sleep(interval);
        }
    }

    /// Does something at the other side if the task is killed or times out while it waits: with a
    /// client of its own, for the task closes the other one meanwhile, and without waiting for it.
    public TaskContext.Registration onCancel(Call call) {
        return Cancelling.calls(
                () -> {
                    try (var own = client(tls)) {
                        return once(own, call);
                    }
                },
                context);
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
