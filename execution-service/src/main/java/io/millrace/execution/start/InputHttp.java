// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.Codec;
import io.millrace.contracts.EgressRules;
import io.millrace.expressions.ExpressionException;
import io.millrace.platform.egress.TenantEgress;
import io.millrace.platform.problem.ServiceException;
import io.millrace.plugin.Egress;
import io.millrace.plugin.EgressScope;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// The expression function `http` where inputs are resolved, before there is a task: one request
/// and its answer, within the egress policy of tasks, without redirects, and small and quick, as
/// somebody waits for it (ADR 45).
public final class InputHttp {
    /// Who may not run this may not ask here either.
    static final String TASK = "io.kestra.plugin.core.http.Request";

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LARGEST_ANSWER = 1 << 20;

    /// Where the tasks of a tenant may connect to.
    @FunctionalInterface
    interface Policies {
        /// @throws TaskFailedException if it isn't known now
        Egress of(String tenant) throws TaskFailedException;
    }

    private final Policies policies;

    InputHttp(Policies policies) {
        this.policies = policies;
    }

    public static InputHttp within(TenantEgress rules) {
        return new InputHttp(tenant -> policy(rules, tenant));
    }

    /// @param request the arguments of the function, by name
    /// @return the body, parsed if it is JSON
    @Nullable Object ask(String tenant, Map<String, ?> request) {
        var uri = uri(request);
        long begun = System.nanoTime();
        try (var _ = EgressScope.enter(() -> policies.of(tenant))) {
            policies.of(tenant).check(uri);
            return send(uri, request(uri, request));
        } catch (TaskFailedException e) {
            var message = String.valueOf(e.getMessage());
            throw e.getCause() instanceof ServiceException.Unavailable
                    ? new StoreAwayException(message, e)
                    : new ExpressionException(message, e);
        } catch (IOException e) {
            boolean late =
                    e instanceof HttpTimeoutException
                            || System.nanoTime() - begun >= PATIENCE.toNanos();
            throw new ExpressionException(
                    (late ? "No answer in time from " : "Unable to reach ") + uri.getHost(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExpressionException("'http' was interrupted", e);
        }
    }

    private static Egress policy(TenantEgress rules, String tenant) throws TaskFailedException {
        try {
            return Egress.of(
                    rules(rules.installation()),
                    rules(EgressScope.outside(() -> rules.of(tenant))));
        } catch (ServiceException.Unavailable e) {
            throw new TaskFailedException("The egress policy isn't known now", e);
        }
    }

    private static Egress.Rules rules(EgressRules rules) {
        return new Egress.Rules(rules.allow(), rules.deny(), rules.only());
    }

    private static @Nullable Object send(URI uri, HttpRequest request)
            throws IOException, InterruptedException {
        try (var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofSeconds(2))
                        .build()) {
            // the request's own timeout ends with the headers of the answer
            var end =
                    CompletableFuture.runAsync(
                            client::shutdownNow,
                            CompletableFuture.delayedExecutor(
                                    PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
            var answer = client.send(request, BodyHandlers.ofInputStream());
            try (var in = answer.body()) {
                var body = in.readNBytes(LARGEST_ANSWER + 1);
                int status = answer.statusCode();
                if (status >= 300) {
                    throw new ExpressionException(
                            "Failed to execute HTTP Request, server respond with status " + status);
                }
                if (body.length > LARGEST_ANSWER) {
                    throw new ExpressionException(
                            "Expected an answer of at most %d bytes from %s"
                                    .formatted(LARGEST_ANSWER, uri.getHost()));
                }
                var type = answer.headers().firstValue("Content-Type").orElse("");
                return type.toLowerCase(Locale.ROOT).contains("json")
                        ? parsed(body, uri)
                        : new String(body, UTF_8);
            } finally {
                end.cancel(false);
                client.shutdownNow();
            }
        }
    }

    private static @Nullable Object parsed(byte[] body, URI uri) {
        try {
            return body.length == 0 ? null : Codec.decode(body, Object.class);
        } catch (JacksonException e) {
            throw new ExpressionException("Expected JSON from " + uri.getHost(), e);
        }
    }

    private static URI uri(Map<String, ?> request) {
        try {
            var text = String.valueOf(request.get("uri")).strip().replace(" ", "%20");
            if (request.get("query") instanceof Map<?, ?> query && !query.isEmpty()) {
                text += (text.contains("?") ? "&" : "?") + encoded(query);
            }
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new ExpressionException("Expected a URI but got something else", e);
        }
    }

    private static String encoded(Map<?, ?> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(@Nullable Object text) {
        return URLEncoder.encode(String.valueOf(text), UTF_8);
    }

    private static HttpRequest request(URI uri, Map<String, ?> asked) {
        try {
            var request =
                    HttpRequest.newBuilder(uri)
                            .timeout(PATIENCE)
                            .setHeader("User-Agent", "Millrace");
            if (asked.get("headers") instanceof Map<?, ?> headers) {
                headers.forEach((name, value) -> header(request, String.valueOf(name), value));
            }
            if (asked.get("accept") != null) {
                request.setHeader("Accept", String.valueOf(asked.get("accept")));
            }
            authorize(request, asked.get("options"));
            var method = asked.get("method") == null ? "GET" : String.valueOf(asked.get("method"));
            return request.method(method.toUpperCase(Locale.ROOT), body(request, asked)).build();
        } catch (IllegalArgumentException e) {
            throw new ExpressionException("The request can't be made: " + e.getMessage(), e);
        }
    }

    private static void header(HttpRequest.Builder request, String name, @Nullable Object value) {
        if (value instanceof List<?> several) {
            several.forEach(one -> request.header(name, String.valueOf(one)));
        } else {
            request.setHeader(name, String.valueOf(value));
        }
    }

    private static void authorize(HttpRequest.Builder request, @Nullable Object options) {
        if (options == null) {
            return;
        }
        if (!(options instanceof Map<?, ?> all)
                || all.size() != 1
                || !(all.get("auth") instanceof Map<?, ?> auth)) {
            throw new ExpressionException(
                    "'http' takes no option but 'auth' where inputs are resolved");
        }
        switch (String.valueOf(auth.get("type")).toUpperCase(Locale.ROOT)) {
            case "BASIC" -> {
                var pair = auth.get("username") + ":" + auth.get("password");
                request.setHeader(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
            }
            case "BEARER" -> request.setHeader("Authorization", "Bearer " + auth.get("token"));
            default ->
                    throw new ExpressionException(
                            "Expected auth of type BASIC or BEARER but got " + auth.get("type"));
        }
    }

    private static BodyPublisher body(HttpRequest.Builder request, Map<String, ?> asked) {
        var body = asked.get("body");
        var type = asked.get("contentType") == null ? null : asked.get("contentType").toString();
        if (body == null) {
            return BodyPublishers.noBody();
        }
        if (body instanceof String text) {
            request.setHeader("Content-Type", type == null ? "text/plain" : type);
            return BodyPublishers.ofString(text);
        }
        if (type != null
                && type.startsWith("application/x-www-form-urlencoded")
                && body instanceof Map<?, ?> form) {
            request.setHeader("Content-Type", type);
            return BodyPublishers.ofString(encoded(form));
        }
        request.setHeader("Content-Type", type == null ? "application/json" : type);
        return BodyPublishers.ofByteArray(Codec.encode(body));
    }
}
