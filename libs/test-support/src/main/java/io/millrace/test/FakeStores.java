// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import io.millrace.plugin.ExecutionLogs;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.NamespaceTrees;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskStores;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Key-values, namespace files and log lines in memory; nothing is purged.
public final class FakeStores implements TaskStores, KeyValues, NamespaceFiles, ExecutionLogs {
    /// By `namespace/key`.
    public final Map<String, Put> keys = new TreeMap<>();

    /// Contents by `namespace/path`.
    public final Map<String, String> files = new TreeMap<>();

    /// The log lines of executions.
    public final List<Map<String, @Nullable Object>> lines = new ArrayList<>();

    /// Trees that were put into namespaces.
    public final FakeTrees trees = new FakeTrees();

    FakeStores() {}

    @Override
    public KeyValues keyValues() {
        return this;
    }

    @Override
    public NamespaceFiles namespaceFiles() {
        return this;
    }

    @Override
    public ExecutionLogs logs() {
        return this;
    }

    @Override
    public Purges purges() {
        throw new UnsupportedOperationException();
    }

    @Override
    public NamespaceTrees trees() {
        return trees;
    }

    @Override
    public Optional<Typed> get(@Nullable String namespace, String key) {
        var found = keys.get((namespace == null ? "company.team" : namespace) + "/" + key);
        return Optional.ofNullable(found)
                .map(p -> new Typed(p.type() == null ? Type.STRING : p.type(), p.value()));
    }

    @Override
    public int put(String namespace, String key, Put put) throws TaskFailedException {
        if (!put.overwrite() && keys.containsKey(namespace + "/" + key)) {
            throw new TaskFailedException("Key already exists");
        }
        keys.put(namespace + "/" + key, put);
        return 1;
    }

    @Override
    public boolean delete(String namespace, String key) {
        return keys.remove(namespace + "/" + key) != null
                || files.remove(namespace + "/" + key) != null;
    }

    @Override
    public List<String> keys(String namespace, @Nullable String prefix) {
        var start = namespace + "/" + (prefix == null ? "" : prefix);
        return keys.keySet().stream()
                .filter(k -> k.startsWith(start))
                .map(k -> k.substring(namespace.length() + 1))
                .toList();
    }

    @Override
    public List<Entry> list(String namespace) {
        return files.keySet().stream()
                .filter(f -> f.startsWith(namespace + "/"))
                .map(f -> f.substring(namespace.length() + 1))
                .map(f -> new Entry(namespace, f, URI.create("kestra:///_files/" + f)))
                .toList();
    }

    @Override
    public InputStream open(Entry entry) {
        var content = files.get(entry.namespace() + "/" + entry.path());
        return new ByteArrayInputStream(String.valueOf(content).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public URI put(String namespace, String path, Content content, Conflict conflict)
            throws IOException {
        var plain = path.startsWith("/") ? path.substring(1) : path;
        try (var stream = content.open()) {
            files.put(
                    namespace + "/" + plain,
                    new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
        return URI.create("kestra:///_files/" + plain);
    }

    @Override
    public long fetch(Selection selection, Sink sink) throws IOException {
        long count = 0;
        for (Map<String, @Nullable Object> line : lines) {
            if (selection.taskIds().isEmpty() || selection.taskIds().contains(line.get("taskId"))) {
                sink.accept(line);
                count++;
            }
        }
        return count;
    }
}
