// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest.local;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.MissingValueException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What expressions read in a test without a server: its files, secrets from the environment, keys
/// as they are given.
final class TestFunctions implements ExpressionFunctions {
    private final TestFiles files;
    private final Map<String, String> environment;
    private final Map<String, String> keys;

    /// @param environment `SECRET_NAME` holds a secret, in base64
    /// @param keys of the key-value store
    TestFunctions(TestFiles files, Map<String, String> environment, Map<String, String> keys) {
        this.files = files;
        this.environment = environment;
        this.keys = keys;
    }

    @Override
    public String secret(String key, @Nullable String namespace, @Nullable String subkey) {
        var encoded = environment.get("SECRET_" + key);
        if (encoded == null) {
            throw new ExpressionException(
                    "Unable to find secret '%s': export SECRET_%s (in base64), or mock the task"
                            .formatted(key, key));
        }
        if (subkey != null) {
            throw new ExpressionException(
                    "Secret '%s' is read by its field '%s': mock the task".formatted(key, subkey));
        }
        try {
            return new String(
                    Base64.getMimeDecoder().decode(encoded.strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ExpressionException("Expected base64 in SECRET_" + key, e);
        }
    }

    @Override
    public @Nullable Object kv(String key, @Nullable String namespace, boolean errorOnMissing) {
        var value = keys.get(key);
        if (value == null && errorOnMissing) {
            throw new MissingValueException(
                    "The key '%s' does not exist: give it with --kv %s=…, or mock the task"
                            .formatted(key, key));
        }
        return value;
    }

    @Override
    public String read(String file, @Nullable String namespace) {
        return reading(
                file,
                () -> {
                    try (var content = files.open(file)) {
                        return new String(content.readAllBytes(), StandardCharsets.UTF_8);
                    }
                });
    }

    @Override
    public String fileUri(String path, @Nullable String namespace) {
        return reading(path, () -> files.locate(path).toString());
    }

    @Override
    public long fileSize(String file, @Nullable String namespace) {
        return reading(file, () -> files.size(file));
    }

    @Override
    public boolean fileExists(String file, @Nullable String namespace) {
        return files.exists(file);
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T reading(String file, Reading<T> reading) {
        try {
            return reading.read();
        } catch (FileNotFoundException e) {
            throw new ExpressionException(
                    "Unable to find the file '%s': give it under fixtures.files, or the directory of the namespace's files with --files"
                            .formatted(file),
                    e);
        } catch (IOException e) {
            throw new ExpressionException("Unable to read the file '%s'".formatted(file), e);
        }
    }
}
