// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.expressions.ExpressionException;
import io.millrace.worker.run.Secrets;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The secrets-service as tasks ask it, each with its own token.
public final class SecretsService implements Secrets {
    private final ServiceCalls calls;

    private record Question(String namespace, List<String> names) {}

    public SecretsService(HttpClient http, URI base) {
        this.calls = ServiceCalls.patient("secrets", http, base, Duration.ofSeconds(5));
    }

    @Override
    public Optional<String> read(String token, String namespace, String name) {
        try {
            var found =
                    calls.post(
                            "/internal/secrets/read",
                            token,
                            new Question(namespace, List.of(name)),
                            Map.class);
            return Optional.ofNullable((String) found.get(name));
        } catch (ServiceCalls.RefusedException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw new ExpressionException(
                    "Unable to read secret '%s': %s".formatted(name, e.getMessage()), e);
        } catch (ServiceCalls.NotNowException e) {
            throw new ExpressionException(
                    "Unable to read secret '%s' now: %s".formatted(name, e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw new ExpressionException(
                    "Unable to read secret '%s' now: the secrets-service doesn't answer"
                            .formatted(name),
                    e);
        }
    }
}
