// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.http;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import io.millrace.platform.identity.TokenSigner;
import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/// Clients for the internal endpoints of other services. Each call bears this service's token, is
/// bounded in time and number, repeated with jitter when the other side is away, and not made at
/// all while it is known to be. Internal endpoints bear repetition, so every method is repeated.
public final class InternalClients {
    private static final Set<Integer> AWAY = Set.of(502, 503, 504);

    private final InternalClientProperties properties;
    private final RestClient.Builder builder;
    private final TokenSigner tokens;
    private final CircuitBreakerRegistry breakers;
    private final RetryRegistry retries;
    private final BulkheadRegistry bulkheads;
    private final JdkClientHttpRequestFactory requests;
    private final HttpClient http;

    InternalClients(
            InternalClientProperties properties,
            RestClient.Builder builder,
            TokenSigner tokens,
            CircuitBreakerRegistry breakers,
            RetryRegistry retries,
            BulkheadRegistry bulkheads) {
        this.properties = properties;
        this.builder = builder;
        this.tokens = tokens;
        this.breakers = breakers;
        this.retries = retries;
        this.bulkheads = bulkheads;
        var bounds = properties.internalHttp();
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(bounds.connectTimeout())
                        .executor(
                                Executors.newThreadPerTaskExecutor(
                                        Thread.ofVirtual().name("internal-http-", 0).factory()))
                        .build();
        this.requests = new JdkClientHttpRequestFactory(http);
        requests.setReadTimeout(bounds.readTimeout());
    }

    static CircuitBreakerRegistry breakers(InternalClientProperties.Bounds bounds) {
        return CircuitBreakerRegistry.of(
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(20)
                        .minimumNumberOfCalls(10)
                        .failureRateThreshold(50)
                        .waitDurationInOpenState(bounds.openFor())
                        .permittedNumberOfCallsInHalfOpenState(3)
                        .recordExceptions(IOException.class)
                        .build());
    }

    static RetryRegistry retries(InternalClientProperties.Bounds bounds) {
        return RetryRegistry.of(
                RetryConfig.custom()
                        .maxAttempts(bounds.attempts())
                        .intervalFunction(
                                IntervalFunction.ofExponentialRandomBackoff(
                                        bounds.pause(), 2.0, 0.5))
                        .retryExceptions(IOException.class)
                        .build());
    }

    static BulkheadRegistry bulkheads(InternalClientProperties.Bounds bounds) {
        return BulkheadRegistry.of(
                BulkheadConfig.custom()
                        .maxConcurrentCalls(bounds.concurrent())
                        .maxWaitDuration(bounds.readTimeout())
                        .build());
    }

    /// A client whose paths are relative to the service's address.
    ///
    /// @param service such as `flow`; `millrace.services.<service>.url` says where it is
    /// @throws ServiceException.Unavailable from its calls, if the service is away
    public RestClient client(String service) {
        return client(service, service, requests);
    }

    /// Like [#client(String)], for one kind of calls, whose failures and number count by
    /// themselves: what is slow must not hold up the other calls of that service.
    ///
    /// @param purpose such as `functions`
    /// @param readTimeout until the answer is there
    public RestClient client(String service, String purpose, Duration readTimeout) {
        var patient = new JdkClientHttpRequestFactory(http);
        patient.setReadTimeout(readTimeout);
        return client(service, service + "-" + purpose, patient);
    }

    private RestClient client(String service, String guards, JdkClientHttpRequestFactory requests) {
        var target = properties.services().get(service);
        if (target == null) {
            throw new IllegalStateException(
                    "Expected millrace.services." + service + ".url to be set");
        }
        return builder.clone()
                .baseUrl(target.url().toString())
                .requestFactory(requests)
                .requestInterceptor(
                        new Resilience(
                                service,
                                retries.retry(guards),
                                breakers.circuitBreaker(guards),
                                bulkheads.bulkhead(guards)))
                .build();
    }

    /// The answer of a gateway or of a service that starts or stops.
    private static final class AwayException extends IOException {
        private static final long serialVersionUID = 1L;

        AwayException(int status) {
            super("Answered with status " + status);
        }
    }

    private final class Resilience implements ClientHttpRequestInterceptor {
        private final String service;
        private final Retry retry;
        private final CircuitBreaker breaker;
        private final Bulkhead bulkhead;

        Resilience(String service, Retry retry, CircuitBreaker breaker, Bulkhead bulkhead) {
            this.service = service;
            this.retry = retry;
            this.breaker = breaker;
            this.bulkhead = bulkhead;
        }

        @Override
        public ClientHttpResponse intercept(
                HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
                throws IOException {
            request.getHeaders().setBearerAuth(tokens.forService());
            Callable<ClientHttpResponse> once =
                    () -> {
                        var response = execution.execute(request, body);
                        int status = response.getStatusCode().value();
                        if (AWAY.contains(status)) {
                            response.close();
                            throw new AwayException(status);
                        }
                        return response;
                    };
            var guarded =
                    Retry.decorateCallable(
                            retry,
                            CircuitBreaker.decorateCallable(
                                    breaker, Bulkhead.decorateCallable(bulkhead, once)));
            try {
                return guarded.call();
            } catch (IOException | CallNotPermittedException | BulkheadFullException e) {
                throw new ServiceException.Unavailable(
                        "The " + service + " service is away. Try again", Duration.ofSeconds(1), e);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("A call failed in an unforeseen way", e);
            }
        }
    }
}
