// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.millrace.contracts.Codec;
import io.millrace.plugin.EgressScope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Calls of one other service: a timeout, a few retries with jitter, a breaker, and so many at
/// once.
final class ServiceCalls {
    private final HttpClient http;
    private final URI base;
    private final Duration timeout;
    private final Retry retry;
    private final CircuitBreaker breaker;
    private final Bulkhead bulkhead;

    /// The service has answered, and its answer is no.
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;

        RefusedException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /// The service has answered that it can't say now, of this request: it is there for others.
    static final class NotNowException extends UncheckedIOException {
        private static final long serialVersionUID = 1;

        NotNowException(String message) {
            super(message, new IOException(message));
        }
    }

    /// Few attempts: who asks has something else to do meanwhile.
    ServiceCalls(String name, HttpClient http, URI base, Duration timeout) {
        this(name, http, base, timeout, 4);
    }

    private ServiceCalls(String name, HttpClient http, URI base, Duration timeout, int attempts) {
        this.http = http;
        this.base = base;
        this.timeout = timeout;
        this.retry =
                Retry.of(
                        name,
                        RetryConfig.custom()
                                .maxAttempts(attempts)
                                .intervalFunction(
                                        IntervalFunction.ofExponentialRandomBackoff(
                                                Duration.ofMillis(100),
                                                2.0,
                                                0.5,
                                                Duration.ofSeconds(5)))
                                .retryExceptions(
                                        UncheckedIOException.class, CallNotPermittedException.class)
                                .build());
        this.breaker =
                CircuitBreaker.of(
                        name,
                        CircuitBreakerConfig.custom()
                                .slidingWindowSize(20)
                                .minimumNumberOfCalls(10)
                                .waitDurationInOpenState(Duration.ofMillis(500))
                                .permittedNumberOfCallsInHalfOpenState(2)
                                .recordExceptions(UncheckedIOException.class)
                                .ignoreExceptions(NotNowException.class)
                                .build());
        this.bulkhead =
                Bulkhead.of(
                        name,
                        BulkheadConfig.custom()
                                .maxConcurrentCalls(32)
                                .maxWaitDuration(Duration.ofSeconds(2))
                                .build());
    }

    /// For about a minute: the service may be starting, and a task that it fails is lost work.
    static ServiceCalls patient(String name, HttpClient http, URI base, Duration timeout) {
        return new ServiceCalls(name, http, base, timeout, 17);
    }

    /// @throws UncheckedIOException if there is no answer
    /// @throws RefusedException if the answer is a 4xx
    <T> T get(String path, String token, Class<T> type) {
        return call(request(path, token).GET().build(), type);
    }

    /// @throws UncheckedIOException if there is no answer
    /// @throws RefusedException if the answer is a 4xx
    <T> T post(String path, String token, Object body, Class<T> type) {
        return call(
                request(path, token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(Codec.encode(body)))
                        .build(),
                type);
    }

    /// Content that can be opened again.
    interface Content {
        InputStream open() throws IOException;
    }

    /// @throws UncheckedIOException if there is no answer, or the content can't be read
    /// @throws RefusedException if the answer is a 4xx
    <T> T put(String path, String token, Content content, Class<T> type) {
        var body =
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return content.open();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return call(
                request(path, token)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(body)
                        .build(),
                type);
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(timeout)
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + token);
    }

    private <T> T call(HttpRequest request, Class<T> type) {
        var guarded =
                Retry.decorateSupplier(
                        retry,
                        CircuitBreaker.decorateSupplier(
                                breaker,
                                Bulkhead.decorateSupplier(bulkhead, () -> once(request, type))));
        try {
            return guarded.get();
        } catch (CallNotPermittedException | BulkheadFullException e) {
            throw new UncheckedIOException(
                    new IOException("%s is not asked now".formatted(base), e));
        }
    }

    private <T> T once(HttpRequest request, Class<T> type) {
        try {
            var response = sent(request);
            int status = response.statusCode();
            if (status == 503 || status == 429) {
                throw new NotNowException(detailOf(response.body(), status));
            }
            if (status >= 500) {
                throw new IOException("%s answered %d".formatted(request.uri(), status));
            }
            if (status >= 300) {
                throw new RefusedException(status, detailOf(response.body(), status));
            }
            return Codec.decode(response.body(), type);
        } catch (JacksonException e) {
            throw new UncheckedIOException(
                    new IOException("%s answered nonsense".formatted(request.uri()), e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("Interrupted", e));
        }
    }

    private HttpResponse<byte[]> sent(HttpRequest request)
            throws IOException, InterruptedException {
        try {
            // it is Millrace that asks, not the task
            return EgressScope.outside(() -> http.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private record Problem(@Nullable String detail, @Nullable String title) {}

    private static String detailOf(byte[] body, int status) {
        try {
            var problem = Codec.decode(body, Problem.class);
            if (problem.detail() != null) {
                return problem.detail();
            }
            if (problem.title() != null) {
                return problem.title();
            }
        } catch (JacksonException _) {
            // no problem document
        }
        return "Answer %d %s"
                .formatted(status, new String(body, 0, Math.min(200, body.length), UTF_8));
    }
}
