// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.stores;

import io.millrace.plugin.ExecutionLogs;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskFiles;
import io.millrace.plugin.TaskLog;
import io.millrace.plugin.TaskStores;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All stores in memory. An expression is the name of a variable, nothing more.
final class FakeContext
        implements TaskContext, TaskFiles, TaskStores, KeyValues, NamespaceFiles, ExecutionLogs {
    final Map<String, Put> keys = new TreeMap<>();
    final Map<String, String> namespaceFiles = new TreeMap<>();
    final Map<URI, String> stored = new HashMap<>();
    final Map<String, Double> metrics = new HashMap<>();
    final Map<String, @Nullable Object> variables = new HashMap<>();
    final List<Map<String, @Nullable Object>> lines = new ArrayList<>();
    private final Path directory;

    FakeContext(Path directory) {
        this.directory = directory;
    }

    @Override
    public TaskRunInfo taskRun() {
        return new TaskRunInfo("main", "company.team", "My_Flow", 1, "exec", "exec-0", "task", 0);
    }

    @Override
    public TaskLog log() {
        return (level, line) -> {};
    }

    @Override
    public Path workingDirectory() {
        return directory;
    }

    @Override
    public TaskFiles files() {
        return this;
    }

    @Override
    public TaskStores stores() {
        return this;
    }

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
    public void count(String name, double increment, Map<String, String> tags) {
        metrics.merge(name, increment, Double::sum);
    }

    @Override
    public void time(String name, Duration duration, Map<String, String> tags) {
        metrics.put(name, duration.toMillis() / 1e3);
    }

    @Override
    public void gauge(String name, double value, Map<String, String> tags) {
        metrics.put(name, value);
    }

    @Override
    public String render(String template, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        return String.valueOf(evaluate(template, extra));
    }

    @Override
    public @Nullable Object evaluate(String template, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        if (!template.startsWith("{{")) {
            return template;
        }
        var name = template.substring(2, template.length() - 2).strip();
        var all = new HashMap<>(variables);
        all.putAll(extra);
        if (!all.containsKey(name)) {
            throw new TaskFailedException("Unable to find `" + name + "`");
        }
        return all.get(name);
    }

    @Override
    public Map<String, @Nullable Object> variables() {
        return variables;
    }

    @Override
    public void endWithWarning() {}

    @Override
    public @Nullable Duration timeout() {
        return null;
    }

    @Override
    public Registration onCancel(Runnable action) {
        return () -> {};
    }

    // --- files

    @Override
    public URI put(String name, InputStream content) throws IOException {
        var uri = URI.create("kestra:///" + name);
        stored.put(uri, new String(content.readAllBytes(), StandardCharsets.UTF_8));
        return uri;
    }

    @Override
    public InputStream get(URI uri) throws IOException {
        var content = stored.get(uri);
        if (content == null) {
            throw new FileNotFoundException(uri.toString());
        }
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public long size(URI uri) throws IOException {
        return get(uri).readAllBytes().length;
    }

    @Override
    public boolean delete(URI uri) {
        return stored.remove(uri) != null;
    }

    @Override
    public List<URI> deleteAll() {
        var all = stored.keySet().stream().sorted().toList();
        stored.clear();
        return all;
    }

    // --- keys

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
                || namespaceFiles.remove(namespace + "/" + key) != null;
    }

    @Override
    public List<String> keys(String namespace, @Nullable String prefix) {
        var start = namespace + "/" + (prefix == null ? "" : prefix);
        return keys.keySet().stream()
                .filter(k -> k.startsWith(start))
                .map(k -> k.substring(namespace.length() + 1))
                .toList();
    }

    // --- namespace files

    @Override
    public List<Entry> list(String namespace) {
        return namespaceFiles.keySet().stream()
                .filter(f -> f.startsWith(namespace + "/"))
                .map(f -> f.substring(namespace.length() + 1))
                .map(f -> new Entry(namespace, f, URI.create("kestra:///_files/" + f)))
                .toList();
    }

    @Override
    public InputStream open(Entry entry) {
        var content = namespaceFiles.get(entry.namespace() + "/" + entry.path());
        return new ByteArrayInputStream(String.valueOf(content).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public URI put(String namespace, String path, Content content, Conflict conflict)
            throws IOException {
        var plain = path.startsWith("/") ? path.substring(1) : path;
        try (var stream = content.open()) {
            namespaceFiles.put(
                    namespace + "/" + plain,
                    new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
        return URI.create("kestra:///_files/" + plain);
    }

    // --- logs

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
