// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.ExecutionLogs;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.NamespaceTrees;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskContext;
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
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// A task's surroundings in memory. Trees that it is given are remembered.
final class FakeContext
        implements TaskContext, TaskFiles, TaskStores, NamespaceTrees, NamespaceFiles {
    final List<Request> requests = new ArrayList<>();
    final Map<String, String> tree = new TreeMap<>();
    final List<FlowSource> flows = new ArrayList<>();
    final Map<String, String> namespaceFiles = new TreeMap<>();
    final List<String> lines = new ArrayList<>();
    Report report = new Report(true, false, "", List.of(), List.of());
    boolean warned;
    private final Map<URI, byte[]> stored = new HashMap<>();
    private final Path directory;

    FakeContext(Path directory) {
        this.directory = directory;
    }

    @Override
    public Report replace(Request request, Path archive) throws IOException {
        requests.add(request);
        tree.clear();
        try (var zip = new ZipFile(archive.toFile())) {
            for (var entry : zip.stream().toList()) {
                tree.put(
                        entry.getName(),
                        new String(
                                zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return report;
    }

    @Override
    public List<FlowSource> flows(String namespace, boolean children) {
        return flows.stream()
                .filter(f ->
                        f.namespace().equals(namespace)
                                || (children && f.namespace().startsWith(namespace + ".")))
                .toList();
    }

    @Override
    public TaskRunInfo taskRun() {
        return new TaskRunInfo("main", "company.team", "sync", 1, "exec", "exec-0", "task", 0);
    }

    @Override
    public TaskLog log() {
        return (level, line) -> lines.add(level + " " + line);
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
        throw new UnsupportedOperationException();
    }

    @Override
    public NamespaceFiles namespaceFiles() {
        return this;
    }

    @Override
    public NamespaceTrees trees() {
        return this;
    }

    @Override
    public ExecutionLogs logs() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Purges purges() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void count(String name, double increment, Map<String, String> tags) {}

    @Override
    public void time(String name, Duration duration, Map<String, String> tags) {}

    @Override
    public String render(String template, Map<String, @Nullable Object> extra) {
        return template;
    }

    @Override
    public Map<String, @Nullable Object> variables() {
        return Map.of();
    }

    @Override
    public void endWithWarning() {
        warned = true;
    }

    @Override
    public @Nullable Duration timeout() {
        return null;
    }

    @Override
    public Registration onCancel(Runnable action) {
        return () -> {};
    }

    @Override
    public URI put(String name, InputStream content) throws IOException {
        var uri = URI.create("kestra:///" + stored.size() + "/" + name);
        stored.put(uri, content.readAllBytes());
        return uri;
    }

    @Override
    public InputStream get(URI uri) throws IOException {
        var bytes = stored.get(uri);
        if (bytes == null) {
            throw new FileNotFoundException(uri.toString());
        }
        return new ByteArrayInputStream(bytes);
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
    public List<Entry> list(String namespace) {
        return namespaceFiles.keySet().stream()
                .map(path -> new Entry(namespace, path, URI.create("kestra:///" + path)))
                .toList();
    }

    @Override
    public InputStream open(Entry entry) {
        return new ByteArrayInputStream(
                namespaceFiles.getOrDefault(entry.path(), "").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public URI put(String namespace, String path, Content content, Conflict conflict)
            throws IOException {
        try (var in = content.open()) {
            namespaceFiles.put(path, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return URI.create("kestra:///" + path);
    }

    @Override
    public boolean delete(String namespace, String path) {
        return namespaceFiles.remove(path) != null;
    }
}
