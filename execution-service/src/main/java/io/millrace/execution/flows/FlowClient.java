// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.flows;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.millrace.contracts.Codec;
import io.millrace.model.Flow;
import io.millrace.model.TypeRules;
import io.millrace.model.WorkerGroup;
import io.millrace.platform.identity.TokenSigner;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks the flow-service. Calls time out, are tried again with jitter, and cease for a while when
/// the service does not answer.
public final class FlowClient {
    private final URI base;
    private final TokenSigner tokens;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final Retry retry =
            Retry.of(
                    "flow-service",
                    RetryConfig.custom()
                            // long enough to see an open breaker let a call through again
                            .maxAttempts(5)
                            .intervalFunction(
                                    IntervalFunction.ofExponentialRandomBackoff(
                                            Duration.ofMillis(100), 2))
                            .ignoreExceptions(FlowUnusableException.class)
                            .build());
    private final CircuitBreaker breaker =
            CircuitBreaker.of(
                    "flow-service",
                    CircuitBreakerConfig.custom()
                            .slidingWindowSize(20)
                            .minimumNumberOfCalls(10)
                            .waitDurationInOpenState(Duration.ofMillis(500))
                            .permittedNumberOfCallsInHalfOpenState(5)
                            .maxWaitDurationInHalfOpenState(Duration.ofSeconds(5))
                            .ignoreExceptions(FlowUnusableException.class)
                            .build());

    public FlowClient(URI base, TokenSigner tokens) {
        this.base = base;
        this.tokens = tokens;
    }

    /// A flow, whatever its revision.
    public record FlowName(String tenant, String namespace, String id) {

        /// Whether a flow may have this name, as far as the database can be asked for it.
        boolean isPossible() {
            return (namespace + id).indexOf('\0') < 0;
        }
    }

    /// What a flow is now.
    public record Newest(int revision, boolean disabled) {}

    /// One revision.
    ///
    /// @param pluginDefaults those of the namespace, of those above it and of the installation, the
    ///   nearest first
    /// @param variables of the namespace and those above it
    /// @param types which types its tasks may be of
    /// @param allowedNamespaces whose flows may use it; absent: its namespace doesn't say
    /// @param workerGroup which workers run what says nothing of it
    record Revision(
            String tenant,
            String namespace,
            String id,
            int revision,
            String source,
            boolean deleted,
            @Nullable List<PluginDefault> pluginDefaults,
            @Nullable Map<String, @Nullable Object> variables,
            @Nullable TypeRules types,
            @Nullable List<String> allowedNamespaces,
            @Nullable WorkerGroup workerGroup) {}

    record PluginDefault(String type, boolean forced, @Nullable Map<String, Object> values) {

        Flow.PluginDefault toFlow() {
            if (values == null) {
                return new Flow.PluginDefault(type, forced, Map.of());
            }
            return new Flow.PluginDefault(type, forced, values);
        }
    }

    /// @return in the order of the question; absent where there is no such flow
    /// @throws FlowServiceUnavailableException if it can't be asked
    List<@Nullable Newest> newest(List<FlowName> flows) {
        var body =
                guarded(() ->
                        call(
                                HttpRequest.newBuilder(base.resolve("/internal/flows/newest"))
                                        .header("Content-Type", "application/json")
                                        .POST(
                                                HttpRequest.BodyPublishers.ofByteArray(
                                                        Codec.encode(flows)))));
        return Arrays.asList(Codec.decode(body.orElseThrow(), Newest[].class));
    }

    /// @throws FlowServiceUnavailableException if it can't be asked
    Optional<Revision> revision(FlowRef flow) {
        var path =
                "/internal/flows/%s/%s/%s/%d"
                        .formatted(
                                encoded(flow.tenant()),
                                encoded(flow.namespace()),
                                encoded(flow.flowId()),
                                flow.revision());
        return guarded(() -> call(HttpRequest.newBuilder(base.resolve(path)).GET()))
                .map(body -> Codec.decode(body, Revision.class));
    }

    private record Template(String source) {}

    /// The source of a template as it is now, if it is there.
    ///
    /// @throws FlowServiceUnavailableException if it can't be asked
    Optional<String> template(String tenant, String namespace, String id) {
        var path =
                "/internal/templates/%s/%s/%s"
                        .formatted(encoded(tenant), encoded(namespace), encoded(id));
        return guarded(() -> call(HttpRequest.newBuilder(base.resolve(path)).GET()))
                .map(body -> Codec.decode(body, Template.class).source());
    }

    private record Source(String source) {}

    /// The source of a dashboard as it is now, if it is there.
    ///
    /// @throws FlowServiceUnavailableException if it can't be asked
    public Optional<String> dashboard(String tenant, String id) {
        var path = "/internal/dashboards/%s/%s".formatted(encoded(tenant), encoded(id));
        return guarded(() -> call(HttpRequest.newBuilder(base.resolve(path)).GET()))
                .map(body -> Codec.decode(body, Source.class).source());
    }

    private record Settings(long generation) {}

    /// One more with each change of what namespaces give to flows.
    ///
    /// @throws FlowServiceUnavailableException if it can't be asked
    long settings() {
        return call(HttpRequest.newBuilder(base.resolve("/internal/flows/settings")).GET())
                .map(body -> Codec.decode(body, Settings.class).generation())
                .orElseThrow(() ->
                        new FlowServiceUnavailableException(
                                "The flow-service doesn't know settings", null));
    }

    /// Which test suites.
    ///
    /// @param all whether all namespaces may be seen, else those below `prefixes`
    /// @param namespace absent for all; with `children` also those below it
    public record SuiteQuestion(
            String tenant,
            boolean all,
            List<String> prefixes,
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String id,
            boolean children) {}

    /// Sources of test suites as they are now.
    ///
    /// @throws FlowServiceUnavailableException if it can't be asked
    public List<String> suites(SuiteQuestion question) {
        var body =
                guarded(() ->
                        call(
                                HttpRequest.newBuilder(base.resolve("/internal/tests"))
                                        .header("Content-Type", "application/json")
                                        .POST(
                                                HttpRequest.BodyPublishers.ofByteArray(
                                                        Codec.encode(question)))));
        return body.map(found -> List.of(Codec.decode(found, String[].class))).orElse(List.of());
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private <T> T guarded(Supplier<T> call) {
        try {
            return Retry.decorateSupplier(retry, CircuitBreaker.decorateSupplier(breaker, call))
                    .get();
        } catch (CallNotPermittedException e) {
            throw new FlowServiceUnavailableException("The flow-service does not answer", e);
        }
    }

    private Optional<byte[]> call(HttpRequest.Builder request) {
        try {
            var answer =
                    http.send(
                            request.timeout(Duration.ofSeconds(5))
                                    .header("Authorization", "Bearer " + tokens.forService())
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            return switch (answer.statusCode()) {
                case 200 -> Optional.of(answer.body());
                // a name that nothing can have: who asks for it must not open the breaker
                case 400, 404, 422 -> Optional.empty();
                default ->
                        throw new FlowServiceUnavailableException(
                                "The flow-service answered " + answer.statusCode(), null);
            };
        } catch (IOException e) {
            throw new FlowServiceUnavailableException("The flow-service can't be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FlowServiceUnavailableException("Interrupted", e);
        }
    }
}
