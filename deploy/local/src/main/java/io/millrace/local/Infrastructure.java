// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.millrace.embedded.EmbeddedBroker;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.platform.identity.IdentityKeys;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// What the services stand on: a database, a broker and keys; embedded unless the settings name a
/// real one.
final class Infrastructure implements AutoCloseable {
    private static final String DATABASE = "millrace";

    private final LocalSettings settings;
    private final Map<Service, Map<String, String>> databases;
    private final URI broker;
    private final Optional<EmbeddedPostgres> embeddedPostgres;
    private final Optional<EmbeddedBroker> embeddedBroker;

    private Infrastructure(
            LocalSettings settings,
            Optional<EmbeddedPostgres> embeddedPostgres,
            Map<Service, Map<String, String>> databases,
            Optional<EmbeddedBroker> embeddedBroker,
            URI broker) {
        this.settings = settings;
        this.embeddedPostgres = embeddedPostgres;
        this.databases = databases;
        this.embeddedBroker = embeddedBroker;
        this.broker = broker;
    }

    /// Starts what is embedded, and prepares schemas, roles and keys.
    static Infrastructure start(LocalSettings settings) {
        var broker = inBackground("broker", () -> startBroker(settings));
        var keys = inBackground("keys", () -> makeKeys(settings));
        var postgres = startPostgres(settings);
        try {
            var database =
                    settings.postgres()
                            .orElseGet(() -> ofEmbedded(postgres.orElseThrow(), DATABASE));
            var databases = new DatabaseBootstrap(database, settings.credentials()).run();
            result(keys);
            var started = result(broker);
            var uri = settings.broker().orElseGet(() -> started.orElseThrow().uri());
            return new Infrastructure(settings, postgres, databases, started, uri);
        } catch (RuntimeException e) {
            postgres.ifPresent(EmbeddedPostgres::close);
            throw e;
        }
    }

    /// The properties that a service can't know by itself.
    Map<String, String> properties(Service service) {
        var properties = new LinkedHashMap<String, String>();
        properties.put("server.port", Integer.toString(settings.port(service)));
        for (var other : Service.values()) {
            properties.put(
                    "millrace.services." + other.shortName() + ".url",
                    "http://127.0.0.1:" + settings.port(other));
        }
        properties.put("millrace.broker.uri", broker.toString());
        properties.put(
                "millrace.broker.dialect", embeddedBroker.isPresent() ? "embedded" : "rabbitmq");
        properties.put("millrace.broker.installation", settings.installation());
        properties.put("millrace.storage.directory", settings.storage().toString());
        properties.putAll(databases.getOrDefault(service, Map.of()));
        properties.putAll(IdentityKeys.properties(keys(settings), service.shortName()));
        if (service == Service.WORKER) {
            properties.put("millrace.worker.tenants", String.join(",", settings.tenants()));
        }
        if (service == Service.EXECUTION) {
            properties.put("millrace.variables.url", settings.publicUrl().toString());
        }
        if (service == Service.GATEWAY) {
            properties.putAll(SignIn.properties(settings));
        }
        if (service == Service.SECRETS) {
            properties.put("millrace.secrets.master-key-file", masterKey(settings).toString());
        }
        return properties;
    }

    /// Stops what is embedded. The services must be closed before: they would fill the log with
    /// attempts to connect.
    @Override
    public void close() {
        embeddedBroker.ifPresent(EmbeddedBroker::close);
        embeddedPostgres.ifPresent(EmbeddedPostgres::close);
    }

    private static Optional<EmbeddedPostgres> startPostgres(LocalSettings settings) {
        if (settings.postgres().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                EmbeddedPostgres.start(
                        settings.data().resolve("postgres"),
                        settings.data().resolve("programs"),
                        settings.postgresPort(),
                        Map.of()));
    }

    private static LocalSettings.Postgres ofEmbedded(EmbeddedPostgres postgres, String database) {
        return new LocalSettings.Postgres(
                postgres.jdbcUrl(database), postgres.user(), postgres.password());
    }

    private static Optional<EmbeddedBroker> startBroker(LocalSettings settings) {
        return settings.broker().isPresent()
                ? Optional.empty()
                : Optional.of(
                        EmbeddedBroker.start(
                                settings.data().resolve("broker"), settings.brokerPort()));
    }

    private static Path makeKeys(LocalSettings settings) {
        var directory = keys(settings);
        IdentityKeys.generate(directory);
        MasterKey.generate(masterKey(settings));
        return directory;
    }

    private static Path keys(LocalSettings settings) {
        return settings.credentials().resolve("keys");
    }

    private static Path masterKey(LocalSettings settings) {
        return settings.credentials().resolve("secrets-master.key");
    }

    private static <T> FutureTask<T> inBackground(String name, Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofPlatform().name("start-" + name).start(task);
        return task;
    }

    private static <T> T result(FutureTask<T> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new StartException("Millrace can't start: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("Interrupted while starting", e);
        }
    }
}
