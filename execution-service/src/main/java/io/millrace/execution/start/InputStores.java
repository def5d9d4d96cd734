// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.millrace.contracts.Codec;
import io.millrace.engine.FlowPlan;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.MissingValueException;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.identity.TaskTokens;
import io.millrace.storage.ExecutionFolder;
import io.millrace.storage.InternalStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What the inputs and checks of a flow may read before there is an execution: keys, namespace
/// files, secrets, and the web. Each is asked for with a token of that execution, and so by the
/// rules for tasks of the flow.
public final class InputStores {
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final URI flows;
    private final URI secrets;
    private final TaskTokens tokens;
    private final InternalStorage storage;
    private final InputHttp web;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private final Retry retry =
            Retry.of(
                    "input-stores",
                    RetryConfig.custom()
                            .maxAttempts(3)
                            .intervalFunction(
                                    IntervalFunction.ofExponentialRandomBackoff(
                                            Duration.ofMillis(100), 2))
                            .retryExceptions(UncheckedIOException.class)
                            .build());
    private final CircuitBreaker flowBreaker = CircuitBreaker.ofDefaults("input-keys");
    private final CircuitBreaker secretBreaker = CircuitBreaker.ofDefaults("input-secrets");

    /// @param flows where the flow-service is
    /// @param secrets where the secrets-service is
    /// @param web what `http()` asks
    public InputStores(
            URI flows, URI secrets, TaskTokens tokens, InternalStorage storage, InputHttp web) {
        this.flows = flows;
        this.secrets = secrets;
        this.tokens = tokens;
        this.storage = storage;
        this.web = web;
    }

    /// Functions that remember whether a store was away: who renders many expressions learns only
    /// what is wrong with each.
    interface Asking extends ExpressionFunctions {
        @Nullable StoreAwayException away();
    }

    Asking of(FlowPlan plan, String tenant, String executionId) {
        var flow = plan.flow();
        return new Functions(
                plan,
                new TaskIdentity(tenant, flow.namespace(), flow.id(), executionId, null),
                new StoredFunctions(
                        storage,
                        new ExecutionFolder(tenant, flow.namespace(), flow.id(), executionId)));
    }

    private record Answer(int status, byte[] body) {}

    private Answer ask(CircuitBreaker breaker, URI uri, TaskIdentity task, Object question) {
        var request =
                HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(5))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + tokens.issue(task))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Codec.encode(question)))
                        .build();
        try {
            return Retry.decorateSupplier(
                            retry, CircuitBreaker.decorateSupplier(breaker, () -> once(request)))
                    .get();
        } catch (UncheckedIOException | CallNotPermittedException e) {
            throw new StoreAwayException("The store can't be read now", e);
        }
    }

    private Answer once(HttpRequest request) {
        try {
            var answer = http.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 500) {
                throw new UncheckedIOException(new IOException("status " + answer.statusCode()));
            }
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExpressionException("Interrupted", e);
        }
    }

    private final class Functions implements Asking {
        private final FlowPlan plan;
        private final TaskIdentity task;
        private final ExpressionFunctions files;
        private volatile @Nullable StoreAwayException away;

        Functions(FlowPlan plan, TaskIdentity task, ExpressionFunctions files) {
            this.plan = plan;
            this.task = task;
            this.files = files;
        }

        @Override
        public @Nullable StoreAwayException away() {
            return away;
        }

        private Answer ask(CircuitBreaker breaker, URI uri, Object question) {
            try {
                return InputStores.this.ask(breaker, uri, task, question);
            } catch (StoreAwayException e) {
                away = e;
                throw e;
            }
        }

        @Override
        public @Nullable Object kv(String key, @Nullable String namespace, boolean errorOnMissing) {
            var question = new LinkedHashMap<String, @Nullable Object>();
            question.put("namespace", namespace);
            question.put("key", key);
            var answer = ask(flowBreaker, flows.resolve("/internal/tasks/kv/read"), question);
            return switch (answer.status()) {
                case 200 -> Codec.decode(answer.body(), Map.class).get("value");
                case NOT_FOUND, GONE -> {
                    if (errorOnMissing) {
                        throw new MissingValueException(
                                "The key '%s' does not exist in the namespace '%s'."
                                        .formatted(
                                                key,
                                                namespace == null ? task.namespace() : namespace));
                    }
                    yield null;
                }
                default ->
                        throw new ExpressionException("Unable to read the key '%s'".formatted(key));
            };
        }

        @Override
        public String secret(String key, @Nullable String namespace, @Nullable String subkey) {
            var where = namespace == null ? task.namespace() : namespace;
            var answer =
                    ask(
                            secretBreaker,
                            secrets.resolve("/internal/secrets/read"),
                            Map.of("namespace", where, "names", List.of(key)));
            var found =
                    answer.status() == 200 ? Codec.decode(answer.body(), Map.class).get(key) : null;
            if (found == null) {
                throw new ExpressionException(
                        "Unable to find secret '%s' in namespace '%s'".formatted(key, where));
            }
            return subkey == null ? found.toString() : field(found.toString(), key, subkey);
        }

        private static String field(String secret, String key, String subkey) {
            try {
                var value =
                        Codec.decode(secret.getBytes(StandardCharsets.UTF_8), Map.class)
                                .get(subkey);
                if (value != null) {
                    return value.toString();
                }
            } catch (JacksonException _) {
                // told below: what it is instead must not be
            }
            throw new ExpressionException("Secret '%s' has no subkey '%s'".formatted(key, subkey));
        }

        @Override
        public @Nullable Object http(Map<String, ?> request) {
            plan.refusal(InputHttp.TASK)
                    .ifPresent(why -> {
                        throw new ExpressionException(why);
                    });
            return web.ask(task.tenant(), request);
        }

        @Override
        public String read(String file, @Nullable String namespace) {
            return files.read(file, namespace);
        }

        @Override
        public String fileUri(String path, @Nullable String namespace) {
            return files.fileUri(path, namespace);
        }

        @Override
        public long fileSize(String file, @Nullable String namespace) {
            return files.fileSize(file, namespace);
        }

        @Override
        public boolean fileExists(String file, @Nullable String namespace) {
            return files.fileExists(file, namespace);
        }
    }
}
