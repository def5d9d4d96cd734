// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.tasks;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.millrace.contracts.Codec;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Asks the scheduler-service to switch triggers.
final class TriggerClient {
    private final URI base;
    private final TokenSigner tokens;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final Retry retry =
            Retry.of(
                    "scheduler-service",
                    RetryConfig.custom()
                            .maxAttempts(4)
                            .intervalFunction(
                                    IntervalFunction.ofExponentialRandomBackoff(
                                            Duration.ofMillis(100), 2))
                            .retryExceptions(UncheckedIOException.class)
                            .build());
    private final CircuitBreaker breaker = CircuitBreaker.ofDefaults("scheduler-service");

    TriggerClient(URI base, TokenSigner tokens) {
        this.base = base;
        this.tokens = tokens;
    }

    /// Which trigger, and whether it is to be off.
    record Switch(
            String tenant, String namespace, String flowId, String triggerId, boolean disabled) {}

    /// @throws ServiceException.NotFound if there is no such trigger
    /// @throws ServiceException.Unavailable if the service can't be asked
    void set(Switch wanted) {
        try {
            int status =
                    Retry.decorateSupplier(
                                    retry,
                                    CircuitBreaker.decorateSupplier(breaker, () -> send(wanted)))
                            .get();
            if (status == 404) {
                throw new ServiceException.NotFound(
                        "Not Found: trigger %s of flow %s.%s"
                                .formatted(
                                        wanted.triggerId(), wanted.namespace(), wanted.flowId()));
            }
        } catch (UncheckedIOException | CallNotPermittedException e) {
            throw new ServiceException.Unavailable(
                    "The scheduler-service doesn't answer", Duration.ofSeconds(2), e);
        }
    }

    private int send(Switch wanted) {
        try {
            int status =
                    http.send(
                                    HttpRequest.newBuilder(
                                                    base.resolve("/internal/triggers/disabled"))
                                            .timeout(Duration.ofSeconds(5))
                                            .header(
                                                    "Authorization",
                                                    "Bearer " + tokens.forService())
                                            .header("Content-Type", "application/json")
                                            .PUT(
                                                    HttpRequest.BodyPublishers.ofByteArray(
                                                            Codec.encode(wanted)))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode();
            if (status != 404 && status != 204) {
                throw new IOException("The scheduler-service answered " + status);
            }
            return status;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException.Unavailable("Interrupted", Duration.ofSeconds(2), e);
        }
    }
}
