// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Codec;
import io.millrace.contracts.Job;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.MissingValueException;
import io.millrace.plugin.ExecutionLogs;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskStores;
import io.millrace.storage.StorageAccessException;
import io.millrace.worker.log.Masker;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What the expressions of one job may read: secrets, files of its execution and namespace, and the
/// web.
final class JobFunctions implements ExpressionFunctions {
    private static final long MAX_READ_BYTES = 32 << 20;
    private static final int MAX_ERROR_LOGS = 1000;

    private final Job job;
    private final Secrets secrets;
    private final JobFiles files;
    private final TaskStores stores;
    private final Masker masker;
    private final HttpFunction http;
    private final Map<String, String> known = new HashMap<>();

    JobFunctions(
            Job job,
            Secrets secrets,
            JobFiles files,
            TaskStores stores,
            Masker masker,
            HttpFunction http) {
        this.job = job;
        this.secrets = secrets;
        this.files = files;
        this.stores = stores;
        this.masker = masker;
        this.http = http;
    }

    @Override
    public synchronized String secret(
            String key, @Nullable String namespace, @Nullable String subkey) {
        var where = namespace == null ? job.namespace() : namespace;
        var value =
                known.computeIfAbsent(
                        where + "/" + key.toUpperCase(Locale.ROOT),
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
    public @Nullable Object kv(String key, @Nullable String namespace, boolean errorOnMissing) {
        try {
            var found = stores.keyValues().get(namespace, key);
            if (found.isPresent()) {
                return typed(found.get());
            }
        } catch (TaskFailedException e) {
            throw new ExpressionException(String.valueOf(e.getMessage()), e);
        }
        if (errorOnMissing) {
            throw new MissingValueException(
                    "The key '%s' does not exist in the namespace '%s'."
                            .formatted(key, namespace == null ? job.namespace() : namespace));
        }
        return null;
    }

    private static @Nullable Object typed(KeyValues.Typed found) {
        if (!(found.value() instanceof String text)) {
            return found.value();
        }
        return switch (found.type()) {
            case DATETIME -> Instant.parse(text);
            case DATE -> LocalDate.parse(text);
            case DURATION -> Duration.parse(text);
            case STRING, NUMBER, BOOLEAN, JSON -> text;
        };
    }

    @Override
    public @Nullable Object http(Map<String, ?> request) {
        return http.ask(request);
    }

    @Override
    public List<Map<String, @Nullable Object>> errorLogs() {
        var lines = new ArrayList<Map<String, @Nullable Object>>();
        try {
            stores.logs()
                    .fetch(
                            new ExecutionLogs.Selection(null, null, null, List.of(), "ERROR"),
                            line -> {
                                if (lines.size() < MAX_ERROR_LOGS) {
                                    lines.add(line);
                                }
                            });
        } catch (TaskFailedException | IOException e) {
            throw new ExpressionException(String.valueOf(e.getMessage()), e);
        }
        return lines;
    }

    @Override
    public String read(String file, @Nullable String namespace) {
        return reading(
                file,
                () -> {
                    var located = files.locate(file, namespace);
                    long bytes = files.size(located);
                    if (bytes > MAX_READ_BYTES) {
                        throw new ExpressionException(
                                "Expected a file of at most %d bytes but '%s' has %d"
                                        .formatted(MAX_READ_BYTES, file, bytes));
                    }
                    try (var content = files.open(located)) {
                        return new String(content.readAllBytes(), StandardCharsets.UTF_8);
                    }
                });
    }

    @Override
    public String fileUri(String path, @Nullable String namespace) {
        return reading(path, () -> files.locate(path, namespace).uri().toString());
    }

    @Override
    public long fileSize(String file, @Nullable String namespace) {
        return reading(file, () -> files.size(files.locate(file, namespace)));
    }

    @Override
    public boolean fileExists(String file, @Nullable String namespace) {
        return reading(file, () -> files.exists(files.locate(file, namespace)));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T reading(String file, Reading<T> reading) {
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
