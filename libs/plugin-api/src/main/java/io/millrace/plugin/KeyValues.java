// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The key-value store of a namespace.
public interface KeyValues {

    /// What a value is. Dates and durations are texts in ISO 8601.
    enum Type {
        STRING,
        NUMBER,
        BOOLEAN,
        DATETIME,
        DATE,
        DURATION,
        JSON
    }

    /// @param value what JSON knows: text, number, boolean, list, map or null
    record Typed(Type type, @Nullable Object value) {}

    /// @param type absent: found out from the value
    /// @param ttl how long the value holds; absent: for ever
    /// @param description absent: the one that is there stays
    record Put(
            @Nullable Type type,
            @Nullable Object value,
            boolean overwrite,
            @Nullable Duration ttl,
            @Nullable String description) {}

    /// @param namespace absent: the task's own, else the nearest above it that has the key
    /// @throws TaskFailedException if it has expired, or may not be read
    Optional<Typed> get(@Nullable String namespace, String key) throws TaskFailedException;

    /// @return the version that the key has now
    /// @throws TaskFailedException if it is there and may not be overwritten, or it isn't accepted
    int put(String namespace, String key, Put put) throws TaskFailedException;

    /// @return whether it was there
    boolean delete(String namespace, String key) throws TaskFailedException;

    /// Keys that hold, in order.
    ///
    /// @param prefix what they begin with, or absent
    List<String> keys(String namespace, @Nullable String prefix) throws TaskFailedException;
}
