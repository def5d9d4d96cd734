// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest.local;

import io.millrace.engine.Execution;
import io.millrace.engine.Job;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskFiles;
import io.millrace.plugin.TaskLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What surrounds a plugin that runs in a test.
final class TestTask implements TaskContext, TaskFiles, AutoCloseable {
    private final Execution execution;
    private final Job job;
    private final TestFiles files;
    private final TaskLog log;
    private final Expressions expressions;
    private final RenderContext rendering;
    private @Nullable Path directory;
    private boolean warning;

    TestTask(
            Execution execution,
            Job job,
            TestFiles files,
            TaskLog log,
            Expressions expressions,
            RenderContext rendering) {
        this.execution = execution;
        this.job = job;
        this.files = files;
        this.log = log;
        this.expressions = expressions;
        this.rendering = rendering;
    }

    boolean warning() {
        return warning;
    }

    @Override
    public TaskRunInfo taskRun() {
        return new TaskRunInfo(
                execution.tenant(),
                execution.namespace(),
                execution.flowId(),
                execution.revision(),
                execution.id(),
                execution.id() + "-" + job.taskRun(),
                job.taskId(),
                job.attempt());
    }

    @Override
    public TaskLog log() {
        return log;
    }

    @Override
    public Path workingDirectory() {
        var open = directory;
        if (open == null) {
            try {
                open = Files.createTempDirectory("millrace-test-");
            } catch (IOException e) {
                throw new UncheckedIOException("No working directory could be made", e);
            }
            directory = open;
        }
        return open;
    }

    @Override
    public TaskFiles files() {
        return this;
    }

    @Override
    public URI put(String name, InputStream content) throws IOException {
        return files.put(job.taskId(), name, content);
    }

    @Override
    public InputStream get(URI uri) throws IOException {
        return files.open(uri.toString());
    }

    @Override
    public long size(URI uri) throws IOException {
        return files.size(uri.toString());
    }

    @Override
    public boolean delete(URI uri) {
        return files.delete(uri);
    }

    @Override
    public void count(String name, double increment, Map<String, String> tags) {
        // nobody looks at metrics of a test
    }

    @Override
    public void time(String name, Duration duration, Map<String, String> tags) {
        // nobody looks at metrics of a test
    }

    @Override
    public String render(String template, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        var variables = new LinkedHashMap<String, @Nullable Object>(job.variables());
        variables.putAll(extra);
        try {
            return expressions.render(template, rendering.withVariables(variables));
        } catch (ExpressionException e) {
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public @Nullable Object evaluate(String template, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        var variables = new LinkedHashMap<String, @Nullable Object>(job.variables());
        variables.putAll(extra);
        try {
            return expressions.compile(template).evaluate(rendering.withVariables(variables));
        } catch (ExpressionException e) {
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public Map<String, @Nullable Object> variables() {
        return job.variables();
    }

    @Override
    public void endWithWarning() {
        warning = true;
    }

    @Override
    public @Nullable Duration timeout() {
        return job.timeout();
    }

    @Override
    public Registration onCancel(Runnable action) {
        return () -> {}; // nothing is cancelled in a test: one thing happens at a time
    }

    @Override
    public void close() {
        var made = directory;
        if (made == null) {
            return;
        }
        try (var all = Files.walk(made)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A working directory could not be deleted", e);
        }
    }
}
