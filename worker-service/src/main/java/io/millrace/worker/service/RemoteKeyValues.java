// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.plugin.KeyValues;
import io.millrace.plugin.TaskFailedException;
import io.millrace.worker.service.StoreServices.Calls;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The key-value store of the flow-service.
record RemoteKeyValues(Calls calls) implements KeyValues {
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private record Read(@Nullable String namespace, String key) {}

    private record Answer(Type type, @Nullable Object value) {}

    @Override
    public Optional<Typed> get(@Nullable String namespace, String key) throws TaskFailedException {
        try {
            var found =
                    calls.service()
                            .post(
                                    "/internal/tasks/kv/read",
                                    calls.token(),
                                    new Read(namespace, key),
                                    Answer.class);
            return Optional.of(new Typed(found.type(), found.value()));
        } catch (ServiceCalls.RefusedException e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw new TaskFailedException(
                    e.status() == GONE
                            ? "The requested value has expired"
                            : String.valueOf(e.getMessage()),
                    e);
        } catch (UncheckedIOException e) {
            throw Calls.unavailable(e);
        }
    }

    private record Write(
            String namespace,
            String key,
            @Nullable Type type,
            @Nullable Object value,
            boolean overwrite,
            @Nullable Duration ttl,
            @Nullable String description,
            String request) {}

    private record Written(int version) {}

    @Override
    public int put(String namespace, String key, Put put) throws TaskFailedException {
        var write =
                new Write(
                        namespace,
                        key,
                        put.type(),
                        put.value(),
                        put.overwrite(),
                        put.ttl(),
                        put.description(),
                        UUID.randomUUID().toString());
        return calls.post("kv/write", write, Written.class).version();
    }

    private record Key(String namespace, String key) {}

    private record Deleted(boolean deleted) {}

    @Override
    public boolean delete(String namespace, String key) throws TaskFailedException {
        return calls.post("kv/delete", new Key(namespace, key), Deleted.class).deleted();
    }

    private record Prefix(String namespace, @Nullable String prefix) {}

    private record Keys(List<String> keys) {}

    @Override
    public List<String> keys(String namespace, @Nullable String prefix) throws TaskFailedException {
        return calls.post("kv/keys", new Prefix(namespace, prefix), Keys.class).keys();
    }
}
