// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFiles;
import io.millrace.plugin.TaskLog;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A context that keeps all in memory and renders nothing but `{{ workingDir }}`.
final class FakeContext implements TaskContext, TaskFiles {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final Map<String, Double> metrics = new ConcurrentHashMap<>();
    final Map<URI, String> stored = new ConcurrentHashMap<>();
    final List<Runnable> onCancel = new CopyOnWriteArrayList<>();
    private final Path directory;
    volatile boolean warning;

    FakeContext(Path directory) {
        this.directory = directory;
    }

    @Override
    public TaskRunInfo taskRun() {
        var id = UUID.randomUUID() + "-0";
        return new TaskRunInfo("main", "company", "flow", 1, "execution", id, "task", 0);
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
    public void count(String name, double increment, Map<String, String> tags) {
        metrics.merge(name, increment, Double::sum);
    }

    @Override
    public void time(String name, Duration duration, Map<String, String> tags) {
        metrics.merge(name, duration.toNanos() / 1e9, Double::sum);
    }

    @Override
    public String render(String template, Map<String, @Nullable Object> extra) {
        return template.replace("{{ workingDir }}", String.valueOf(extra.get("workingDir")));
    }

    @Override
    public Map<String, @Nullable Object> variables() {
        return Map.of();
    }

    @Override
    public void endWithWarning() {
        warning = true;
    }

    @Override
    public @Nullable Duration timeout() {
        return null;
    }

    @Override
    public Registration onCancel(Runnable action) {
        onCancel.add(action);
        return () -> onCancel.remove(action);
    }

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
}
