// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Codec;
import io.millrace.contracts.Job;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.storage.StorageAccessException;
import io.millrace.worker.log.Masker;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What the expressions of one job may read: secrets, and files of its execution and namespace.
final class JobFunctions implements ExpressionFunctions {
    private static final long MAX_READ_BYTES = 32 << 20;

    private final Job job;
    private final Secrets secrets;
    private final JobFiles files;
    private final Masker masker;
    private final Map<String, String> known = new HashMap<>();

    JobFunctions(Job job, Secrets secrets, JobFiles files, Masker masker) {
        this.job = job;
        this.secrets = secrets;
        this.files = files;
        this.masker = masker;
    }

    @Override
    public synchronized String secret(
            String key, @Nullable String namespace, @Nullable String subkey) {
        var where = namespace == null ? job.namespace() : namespace;
        var value =
                known.computeIfAbsent(
                        where + "/" + key,
                        _ ->
                                secrets.read(job.token(), where, key)
                                        .orElseThrow(() ->
                                                new ExpressionException(
                                                        "Unable to find secret '%s' in namespace '%s'"
                                                                .formatted(key, where))));
        masker.add(value);
        if (subkey == null) {
            return value;
        }
        var field = fieldOf(value, key, subkey);
        masker.add(field);
        return field;
    }

    private static String fieldOf(String value, String key, String subkey) {
        try {
            var field = Codec.decode(value.getBytes(StandardCharsets.UTF_8), Map.class).get(subkey);
            if (field != null) {
                return String.valueOf(field);
            }
        } catch (JacksonException _) {
            // told below: what it is instead must not be
        }
        throw new ExpressionException("Secret '%s' has no subkey '%s'".formatted(key, subkey));
    }

    @Override
    public String read(String file, @Nullable String namespace) {
        return reading(
                file,
                namespace,
                () -> {
                    long bytes = files.size(file);
                    if (bytes > MAX_READ_BYTES) {
                        throw new ExpressionException(
                                "Expected a file of at most %d bytes but '%s' has %d"
                                        .formatted(MAX_READ_BYTES, file, bytes));
                    }
                    try (var content = files.open(file)) {
                        return new String(content.readAllBytes(), StandardCharsets.UTF_8);
                    }
                });
    }

    @Override
    public String fileUri(String path, @Nullable String namespace) {
        return reading(path, namespace, () -> files.locate(path).uri().toString());
    }

    @Override
    public long fileSize(String file, @Nullable String namespace) {
        return reading(file, namespace, () -> files.size(file));
    }

    @Override
    public boolean fileExists(String file, @Nullable String namespace) {
        return reading(file, namespace, () -> files.exists(file));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T reading(String file, @Nullable String namespace, Reading<T> reading) {
        if (namespace != null && !namespace.equals(job.namespace())) {
            throw new ExpressionException(
                    "Expected namespace '%s' but got '%s'".formatted(job.namespace(), namespace));
        }
        try {
            return reading.read();
        } catch (FileNotFoundException e) {
            throw new ExpressionException("Unable to find the file '%s'".formatted(file), e);
        } catch (IOException e) {
            throw new ExpressionException("Unable to read the file '%s'".formatted(file), e);
        } catch (StorageAccessException | IllegalArgumentException e) {
            throw new ExpressionException(String.valueOf(e.getMessage()), e);
        }
    }
}
