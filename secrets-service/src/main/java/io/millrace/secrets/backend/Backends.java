// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.backend;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/// The backends of all tenants. A backend of a namespace is asked for what the namespaces at and
/// below it read, on each level up to it: what is nearer wins.
@Component
@EnableConfigurationProperties(BackendProperties.class)
public class Backends {
    /// Names go into paths.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,255}");

    private static final int REMEMBERED = 10_000;

    private final List<Bound> backends = new ArrayList<>();
    private final ExecutorService beside =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("secrets-", 0).factory());

    private record Bound(
            BackendProperties.Backend settings,
            Backend backend,
            AsyncCache<Key, Optional<String>> known) {

        boolean covers(String tenant, String namespace) {
            var own = settings.namespace();
            return settings.tenant().equals(tenant)
                    && (own.isEmpty() || namespace.equals(own) || namespace.startsWith(own + "."));
        }
    }

    private record Key(String tenant, String namespace, String name) {}

    /// A value that a backend has.
    ///
    /// @param namespace the level on which it is
    /// @param backend which has it
    public record Found(String value, String namespace, String backend) {
        @Override
        public String toString() {
            return "Found[backend=" + backend + "]";
        }
    }

    Backends(BackendProperties properties, Clock clock) {
        for (var settings : properties.backends()) {
            backends.add(
                    new Bound(
                            settings,
                            of(settings, clock),
                            // not on the common pool: it has one thread on a small machine, on
                            // which the answers of HTTP clients arrive, too
                            Caffeine.newBuilder()
                                    .executor(beside)
                                    .maximumSize(REMEMBERED)
                                    .expireAfterWrite(settings.keepFor())
                                    .buildAsync()));
        }
        // the nearest first
        backends.sort(
                Comparator.comparingInt((Bound b) -> b.settings().namespace().length()).reversed());
    }

    private static Backend of(BackendProperties.Backend settings, Clock clock) {
        var vault = settings.vault();
        var environment = settings.environment();
        if (vault != null && environment == null) {
            if (vault.version() != 1 && vault.version() != 2) {
                throw new IllegalArgumentException("Expected vault.version 1 or 2");
            }
            return new VaultBackend(settings.name(), vault, clock);
        }
        if (environment != null && vault == null) {
            return new EnvironmentBackend(environment, System.getenv());
        }
        throw new IllegalArgumentException(
                "Expected either vault or environment in the secrets backend " + settings.name());
    }

    /// What backends have of these names. It asks over the network: call it outside of
    /// transactions.
    ///
    /// @param lineage the namespace and those above it, nearest first
    /// @throws ServiceException.Unavailable if one that may have it can't be asked
    public Map<String, Found> read(String tenant, List<String> lineage, Collection<String> names) {
        var found = new LinkedHashMap<String, Found>();
        if (backends.stream().noneMatch(b -> b.settings().tenant().equals(tenant))) {
            return found;
        }
        for (var name : names) {
            if (NAME.matcher(name).matches()) {
                read(tenant, lineage, name).ifPresent(f -> found.put(name, f));
            }
        }
        return found;
    }

    private Optional<Found> read(String tenant, List<String> lineage, String name) {
        for (var namespace : lineage) {
            for (var bound : backends) {
                if (bound.covers(tenant, namespace)) {
                    var value = await(asked(bound, new Key(tenant, namespace, name)));
                    if (value.isPresent()) {
                        return Optional.of(
                                new Found(value.get(), namespace, bound.settings().name()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /// A failure isn't kept, but the cache forgets it only after it has told whoever waited.
    private static CompletableFuture<Optional<String>> asked(Bound bound, Key key) {
        var before = bound.known().getIfPresent(key);
        if (before != null && before.isCompletedExceptionally()) {
            var _ = bound.known().asMap().remove(key, before);
        }
        return bound.known()
                .get(key, k -> bound.backend().read(k.tenant(), k.namespace(), k.name()));
    }

    private static Optional<String> await(CompletableFuture<Optional<String>> value) {
        try {
            return value.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ServiceException known) {
                throw known;
            }
            throw e;
        }
    }
}
