// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.storage.ExecutionFolder;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageAccessException;
import io.millrace.storage.StoragePath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Files of an execution and its namespace, for what is rendered here: inputs, and the fixtures and
/// assertions of tests. Secrets they don't read: a test would show them.
public final class StoredFunctions implements ExpressionFunctions {
    private static final long MAX_READ_BYTES = 32 << 20;

    private final InternalStorage storage;
    private final ExecutionFolder folder;

    public StoredFunctions(InternalStorage storage, ExecutionFolder folder) {
        this.storage = storage;
        this.folder = folder;
    }

    @Override
    public String read(String file, @Nullable String namespace) {
        return reading(
                file,
                namespace,
                path -> {
                    long bytes = storage.size(path);
                    if (bytes > MAX_READ_BYTES) {
                        throw new ExpressionException(
                                "Expected a file of at most %d bytes but '%s' has %d"
                                        .formatted(MAX_READ_BYTES, file, bytes));
                    }
                    try (var content = storage.get(path)) {
                        return new String(content.readAllBytes(), StandardCharsets.UTF_8);
                    }
                });
    }

    @Override
    public String fileUri(String path, @Nullable String namespace) {
        return reading(
                path,
                namespace,
                found -> {
                    storage.size(found);
                    return found.uri().toString();
                });
    }

    @Override
    public long fileSize(String file, @Nullable String namespace) {
        return reading(file, namespace, storage::size);
    }

    @Override
    public boolean fileExists(String file, @Nullable String namespace) {
        return reading(file, namespace, storage::exists);
    }

    private interface Reading<T> {
        T of(StoragePath path) throws IOException;
    }

    private <T> T reading(String file, @Nullable String namespace, Reading<T> reading) {
        if (namespace != null && !namespace.equals(folder.namespace())) {
            throw new ExpressionException(
                    "Expected namespace '%s' but got '%s'"
                            .formatted(folder.namespace(), namespace));
        }
        try {
            return reading.of(
                    file.contains("://")
                            ? folder.readable(URI.create(file), List.of())
                            : folder.namespaceFiles().resolve(file));
        } catch (FileNotFoundException e) {
            throw new ExpressionException("Unable to find the file '%s'".formatted(file), e);
        } catch (IOException e) {
            throw new StoreAwayException("Unable to read the file '%s'".formatted(file), e);
        } catch (StorageAccessException | IllegalArgumentException e) {
            throw new ExpressionException(String.valueOf(e.getMessage()), e);
        }
    }
}
