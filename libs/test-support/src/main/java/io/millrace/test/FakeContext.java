// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What surrounds a task in a test of its plugin: keeps all in memory, and renders nothing but `{{
/// name }}` of a variable.
public final class FakeContext implements TaskContext, TaskFiles {
    private static final Pattern EXPRESSION = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

    /// Lines of the log, each behind its level: `INFO hello`.
    public final List<String> lines = new CopyOnWriteArrayList<>();

    /// Counters and timers (seconds) summed up, gauges as they were last.
    public final Map<String, Double> metrics = new ConcurrentHashMap<>();

    /// What a kill or a time-out would run now.
    public final List<Runnable> onCancel = new CopyOnWriteArrayList<>();

    private boolean cancelled;

    /// The execution that the task belongs to, or that a trigger would start.
    public String executionId = "execution";

    public String taskId = "task";

    /// The task run that all attempts are of; each is of its own if absent.
    public @Nullable String taskRunId;

    /// What expressions find.
    public final Map<String, @Nullable Object> variables = new HashMap<>();

    /// What a task keeps beside its execution.
    public final FakeStores stores = new FakeStores();

    /// Texts that the task wants to be secrets.
    public final List<String> concealed = new CopyOnWriteArrayList<>();

    /// Whether the task asked to end as `WARNING`.
    public volatile boolean warning;

    /// What happens elsewhere once a task has put a file.
    public Meanwhile onPut = () -> {};

    /// What happens once a task has left something for the next attempt.
    public Meanwhile onLeave = () -> {};

    /// Something that others do.
    @FunctionalInterface
    public interface Meanwhile {
        void happens() throws Exception;
    }

    private final Map<URI, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, byte[]> left = new ConcurrentHashMap<>();
    private final Path directory;
    private volatile @Nullable Duration timeout;

    public FakeContext(Path directory) {
        this.directory = directory;
    }

    /// Lets [#timeout()] be this.
    public FakeContext within(Duration time) {
        timeout = time;
        return this;
    }

    /// Stores a text, as a task before it would have.
    public URI store(String uri, String text) {
        return store(uri, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Stores a file, as a task before it would have.
    public URI store(String uri, byte[] content) {
        var key = URI.create(uri);
        files.put(key, content);
        return key;
    }

    /// Texts of all stored files.
    public Map<URI, String> stored() {
        var texts = new LinkedHashMap<URI, String>();
        files.forEach((uri, content) -> texts.put(uri, utf8(content)));
        return texts;
    }

    /// Text of a stored file, or none.
    public @Nullable String text(@Nullable URI uri) {
        var content = uri == null ? null : files.get(uri);
        return content == null ? null : utf8(content);
    }

    /// A stored file, empty if there is none.
    public byte[] bytes(@Nullable URI uri) {
        return uri == null ? new byte[0] : files.getOrDefault(uri, new byte[0]);
    }

    private static String utf8(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Override
    public void conceal(String text) {
        concealed.add(text);
    }

    /// Does what a kill or a time-out does, but for interrupting the task's thread.
    public void cancel() {
        cancel(() -> {});
    }

    /// As a worker does it: what the task has registered runs, though it ends at once when it is
    /// interrupted and takes that back.
    void cancel(Runnable interrupt) {
        List<Runnable> actions;
        synchronized (onCancel) {
            cancelled = true;
            actions = List.copyOf(onCancel);
            interrupt.run();
        }
        actions.forEach(Runnable::run);
    }

    @Override
    public TaskRunInfo taskRun() {
        var id = taskRunId == null ? UUID.randomUUID() + "-0" : taskRunId;
        return new TaskRunInfo("main", "company.team", "My_Flow", 1, executionId, id, taskId, 0);
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
        return stores;
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
    public void gauge(String name, double value, Map<String, String> tags) {
        metrics.put(name, value);
    }

    @Override
    public String render(String template, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        var rendered = new StringBuilder();
        var expressions = EXPRESSION.matcher(template);
        while (expressions.find()) {
            var value = String.valueOf(value(expressions.group(1), extra));
            expressions.appendReplacement(rendered, Matcher.quoteReplacement(value));
        }
        return expressions.appendTail(rendered).toString();
    }

    @Override
    public @Nullable Object evaluate(String template, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        var whole = EXPRESSION.matcher(template);
        return whole.matches() ? value(whole.group(1), extra) : render(template, extra);
    }

    private @Nullable Object value(String name, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        if (extra.containsKey(name)) {
            return extra.get(name);
        }
        if (!variables.containsKey(name)) {
            throw new TaskFailedException("Unable to find `" + name + "`");
        }
        return variables.get(name);
    }

    @Override
    public Map<String, @Nullable Object> variables() {
        return variables;
    }

    @Override
    public void endWithWarning() {
        warning = true;
    }

    @Override
    public @Nullable Duration timeout() {
        return timeout;
    }

    @Override
    public Registration onCancel(Runnable action) {
        boolean late;
        synchronized (onCancel) {
            onCancel.add(action);
            late = cancelled;
        }
        if (late) {
            action.run();
        }
        return () -> onCancel.remove(action);
    }

    @Override
    public URI put(String name, InputStream content) throws IOException {
        var uri = store("kestra:///" + name, content.readAllBytes());
        happens(onPut);
        return uri;
    }

    private static void happens(Meanwhile meanwhile) {
        try {
            meanwhile.happens();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public InputStream get(URI uri) throws IOException {
        var content = files.get(uri);
        if (content == null) {
            throw new FileNotFoundException(uri.toString());
        }
        return new ByteArrayInputStream(content);
    }

    @Override
    public long size(URI uri) throws IOException {
        return get(uri).readAllBytes().length;
    }

    @Override
    public boolean delete(URI uri) {
        return files.remove(uri) != null;
    }

    @Override
    public void leave(String name, byte[] content) {
        left.put(executionId + "/" + taskId + "/" + name, content);
        happens(onLeave);
    }

    @Override
    public Optional<byte[]> left(String name) {
        return Optional.ofNullable(left.get(executionId + "/" + taskId + "/" + name));
    }

    @Override
    public List<URI> deleteAll() {
        var all = files.keySet().stream().sorted().toList();
        files.clear();
        return all;
    }
}
