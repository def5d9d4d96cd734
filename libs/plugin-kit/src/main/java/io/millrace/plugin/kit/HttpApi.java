// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The API of another system over HTTP: what connectors of such systems have in common.
///
/// Within the egress policy, without redirects, with bounded answers. What failed without having
/// been done is tried again. Errors name the system and the host, never a URL or a header: they may
/// bear a secret. All waiting ends when the task's thread is interrupted.
public final class HttpApi implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int LARGEST_ANSWER = 32 << 20;
    private static final int TRIES = 4;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String what;
    private final String base;
    private final Map<String, String> headers;
    private final EgressPolicy egress;
    private final TaskContext context;
    private final @Nullable SSLContext tls;
    private final HttpClient client;
    private Duration firstPause = Duration.ofMillis(500);

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
        this.what = what;
        var stripped = url.strip();
        this.base =
                stripped.endsWith("/") ? stripped.substring(0, stripped.length() - 1) : stripped;
        this.headers = Map.copyOf(headers);
        this.egress = EgressPolicy.of(settings);
        this.context = context;
        this.tls = tls;
        this.client = client(tls);
        uri(base);
    }

    private static HttpClient client(@Nullable SSLContext tls) {
        var builder =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT);
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
    public record Answer(String what, int status, HttpHeaders headers, String body) {
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
        var pause = firstPause;
        for (int tries = 1; ; tries++) {
            boolean last = tries == TRIES;
            Duration wait;
            try {
                var answer = once(client, call);
                boolean later =
                        answer.status() == 429
                                || answer.status() == 503
                                || (call.repeatable()
                                        && (answer.status() == 502 || answer.status() == 504));
                if (!later || last) {
                    return answer;
                }
                wait = answer.header("Retry-After").flatMap(HttpApi::seconds).orElse(pause);
                context.log().debug("%s answered %d, tried again".formatted(what, answer.status()));
            } catch (NoAnswerException e) {
                if (last || !(e.unsent || call.repeatable())) {
                    throw new TaskFailedException(e.said, e);
                }
                wait = pause;
                context.log().debug(e.said + ", tried again");
            }
            Thread.sleep(min(wait, LONGEST_PAUSE));
            long millis = 2 * pause.toMillis();
            pause =
                    Duration.ofMillis(
                            millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
        }
    }

    /// Any answer. Nothing is tried again.
    ///
    /// @throws TaskFailedException if there is none
    public Answer sendOnce(Call call) throws TaskFailedException, InterruptedException {
        try {
            return once(client, call);
        } catch (NoAnswerException e) {
            throw new TaskFailedException(e.said, e);
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
            } catch (NoAnswerException e) {
                if (late) {
                    throw new TaskFailedException(e.said, e);
                }
                context.log().debug(e.said + ", waited for");
            }
            Thread.sleep(firstPause);
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Optional<Duration> seconds(String text) {
        try {
            return Optional.of(Duration.ofSeconds(Math.max(0, Long.parseLong(text.strip()))));
        } catch (NumberFormatException _) {
            return Optional.empty(); // a date
        }
    }

    /// For tests of what is tried again.
    public HttpApi pausing(Duration first) {
        firstPause = first;
        return this;
    }

    private Answer once(HttpClient client, Call call)
            throws NoAnswerException, TaskFailedException, InterruptedException {
        var uri = uri(call.path());
        egress.check(uri);
        HttpRequest request;
        try {
            var builder =
                    HttpRequest.newBuilder(uri)
                            .timeout(ANSWER)
                            .setHeader("User-Agent", "Millrace")
                            .setHeader("Accept", "application/json");
            if (call.contentType() != null) {
                builder.setHeader("Content-Type", call.contentType());
            }
            headers.forEach(builder::setHeader);
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
        try {
            var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var content = new PatientStream(response.body(), ANSWER)) {
                var text = new String(content.readNBytes(LARGEST_ANSWER), UTF_8);
                return new Answer(what, response.statusCode(), response.headers(), text);
            }
        } catch (HttpConnectTimeoutException | ConnectException e) {
            throw new NoAnswerException(
                    "Unable to connect to %s at %s".formatted(what, uri.getHost()), true, e);
        } catch (HttpTimeoutException e) {
            throw new NoAnswerException(
                    "No answer in time from %s at %s".formatted(what, uri.getHost()), false, e);
        } catch (SSLHandshakeException e) {
            // "… terminated the handshake", "… closed the channel": it left, and says nothing of
            // trust
            if (String.valueOf(e.getMessage()).startsWith("Remote host ")) {
                throw new NoAnswerException(
                        "Unable to connect to %s at %s".formatted(what, uri.getHost()), true, e);
            }
            throw new TaskFailedException(
                    "%s at %s isn't trusted: %s".formatted(what, uri.getHost(), e.getMessage()), e);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new NoAnswerException(
                    "No answer from %s at %s: %s".formatted(what, uri.getHost(), e.getMessage()),
                    false,
                    e);
        }
    }

    /// @see #send
    private static final class NoAnswerException extends Exception {
        private static final long serialVersionUID = 1;
        private final String said;
        private final boolean unsent;

        /// @param unsent whether the other side can't have done anything
        NoAnswerException(String said, boolean unsent, Throwable cause) {
            super(said, cause);
            this.said = said;
            this.unsent = unsent;
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
