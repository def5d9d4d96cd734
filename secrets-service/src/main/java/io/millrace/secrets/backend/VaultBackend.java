// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.backend;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.millrace.platform.problem.ServiceException;
import io.millrace.secrets.backend.BackendProperties.Vault;
import io.millrace.secrets.vault.VaultClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.client.RestClientException;
import org.springframework.web.util.UriUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The key-value store of HashiCorp Vault or OpenBao, version 1 or 2, over its HTTP API. While it
/// is away, a breaker answers in its place; what is remembered still holds.
final class VaultBackend implements Backend {
    private static final Logger log = LoggerFactory.getLogger(VaultBackend.class);
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY = 429;

    private final String name;
    private final Vault settings;
    private final VaultClient vault;
    private final CircuitBreaker breaker;

    VaultBackend(String name, Vault settings, Clock clock) {
        this.name = name;
        this.settings = settings;
        this.vault =
                new VaultClient(
                        settings.address(),
                        settings.vaultNamespace(),
                        settings.timeout(),
                        settings.auth(),
                        clock);
        this.breaker =
                CircuitBreaker.of(
                        "secrets-" + name,
                        CircuitBreakerConfig.custom()
                                .slidingWindowSize(10)
                                .minimumNumberOfCalls(5)
                                .waitDurationInOpenState(Duration.ofSeconds(5))
                                .permittedNumberOfCallsInHalfOpenState(2)
                                // one path that it doesn't let us read says nothing of the others
                                .recordException(e -> !(e instanceof ServiceException.Refused))
                                .build());
    }

    @Override
    public Optional<String> read(String tenant, String namespace, String secret) {
        try {
            return breaker.executeSupplier(() -> ask(pathOf(tenant, namespace, secret)));
        } catch (CallNotPermittedException e) {
            throw away(e);
        } catch (RestClientException | JacksonException e) {
            log.atWarn()
                    .addKeyValue("backend", name)
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("A secrets backend doesn't answer");
            throw away(e);
        }
    }

    private ServiceException.Unavailable away(Exception e) {
        return new ServiceException.Unavailable(
                "The secrets backend '%s' is away. Try again".formatted(name),
                Duration.ofSeconds(5),
                e);
    }

    private String pathOf(String tenant, String namespace, String secret) {
        var path =
                settings.path()
                        .replace("{tenant}", tenant)
                        .replace("{namespace}", namespace)
                        .replace("{name}", secret);
        var encoded =
                Arrays.stream(path.split("/"))
                        .map(segment -> UriUtils.encodePathSegment(segment, StandardCharsets.UTF_8))
                        .collect(Collectors.joining("/"));
        return "/" + settings.mount() + (settings.version() == 2 ? "/data/" : "/") + encoded;
    }

    private Optional<String> ask(String path) {
        var answer = vault.get(path);
        if (answer.status() == NOT_FOUND) {
            return Optional.empty(); // also a version that was deleted
        }
        if (answer.status() == TOO_MANY || answer.status() >= 500) {
            throw new RestClientException("Expected 200 but got " + answer.status());
        }
        if (answer.status() != 200) {
            throw new ServiceException.Refused(
                    "The secrets backend '%s' refuses to be asked for it: %d"
                            .formatted(name, answer.status()));
        }
        var data = JsonMapper.shared().readTree(answer.body()).path("data");
        return text((settings.version() == 2 ? data.path("data") : data).path(settings.field()));
    }

    private static Optional<String> text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        return Optional.of(value.isString() ? value.asString() : value.toString());
    }
}
