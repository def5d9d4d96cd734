// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import io.millrace.plugin.ExecutionLogs;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.NamespaceTrees;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Keys and error lines in memory.
final class FakeStores implements TaskStores, KeyValues, ExecutionLogs {
    final Map<String, Typed> values = new ConcurrentHashMap<>();
    final List<Map<String, @Nullable Object>> lines = new ArrayList<>();

    @Override
    public KeyValues keyValues() {
        return this;
    }

    @Override
    public ExecutionLogs logs() {
        return this;
    }

    @Override
    public NamespaceFiles namespaceFiles() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Purges purges() {
        throw new UnsupportedOperationException();
    }

    @Override
    public NamespaceTrees trees() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Typed> get(@Nullable String namespace, String key) {
        return Optional.ofNullable(values.get((namespace == null ? "" : namespace + "/") + key));
    }

    @Override
    public int put(String namespace, String key, Put put) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean delete(String namespace, String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> keys(String namespace, @Nullable String prefix) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long fetch(Selection selection, Sink sink) throws java.io.IOException {
        for (Map<String, @Nullable Object> line : lines) {
            sink.accept(line);
        }
        return lines.size();
    }
}
