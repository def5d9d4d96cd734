// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskExecutions;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskFiles;
import io.millrace.plugin.TaskLog;
import io.millrace.plugin.TaskStores;
import io.millrace.worker.log.Masker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The context that a plugin gets for one task.
final class JobContext implements TaskContext, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobContext.class);
    private static final int MAX_METRICS = 1000;

    private final RunningTask task;
    private final TaskLog log;
    private final TaskFiles files;
    private final TaskServices services;
    private final Masker masker;
    private final TaskStores stores;
    private final Expressions expressions;
    private final RenderContext rendering;
    private final Map<String, @Nullable Object> variables;
    private final @Nullable Path parent;
    private final Emission emission;
    private final Consumer<String> concealing;
    private final List<LaneEvent.Metric> metrics = new ArrayList<>();
    private final @Nullable Path shared;
    private @Nullable Path directory;
    private volatile boolean warning;

    /// @param variables of the job, with what is encrypted in them opened
    /// @param parent where the working directory is made, or absent for the system's place
    /// @param shared a directory that others use, too, in place of an own one; or absent
    JobContext(
            RunningTask task,
            TaskLog log,
            TaskFiles files,
            TaskServices services,
            Masker masker,
            Expressions expressions,
            RenderContext rendering,
            Map<String, @Nullable Object> variables,
            TaskStores stores,
            @Nullable Path parent,
            @Nullable Path shared,
            Emission emission,
            Consumer<String> concealing) {
        this.stores = stores;
        this.task = task;
        this.log = log;
        this.files = files;
        this.services = services;
        this.masker = masker;
        this.expressions = expressions;
        this.rendering = rendering;
        this.variables = variables;
        this.parent = parent;
        this.shared = shared;
        this.emission = emission;
        this.concealing = concealing;
    }

    @Override
    public void conceal(String text) {
        concealing.accept(text);
    }

    /// Tells the scheduler what a trigger has heard.
    @FunctionalInterface
    interface Emission {
        void emit(String id, Record outputs) throws InterruptedException;
    }

    @Override
    public void emit(String id, Record outputs) throws InterruptedException {
        if (job().replyTo() == null) {
            throw new IllegalStateException("Expected a trigger to emit but this is a task");
        }
        emission.emit(id, outputs);
    }

    private Job job() {
        return task.job();
    }

    @Override
    public TaskRunInfo taskRun() {
        var job = job();
        return new TaskRunInfo(
                job.tenant(),
                job.namespace(),
                job.flowId(),
                job.revision(),
                job.executionId(),
                JobFiles.taskRunId(job),
                job.taskId(),
                job.attempt());
    }

    @Override
    public TaskLog log() {
        return log;
    }

    @Override
    public Path workingDirectory() {
        return shared == null ? ownDirectory() : shared;
    }

    @Override
    public boolean sharesDirectory() {
        return shared != null;
    }

    @Override
    public synchronized Path ownDirectory() {
        var open = directory;
        if (open == null) {
            try {
                open =
                        parent == null
                                ? Files.createTempDirectory("millrace-task-")
                                : Files.createTempDirectory(
                                        Files.createDirectories(parent), "task-");
            } catch (IOException e) {
                throw new UncheckedIOException("No working directory could be made", e);
            }
            directory = open;
        }
        return open;
    }

    @Override
    public TaskFiles files() {
        return files;
    }

    @Override
    public TaskExecutions executions() {
        return new GuardedExecutions(services.executions(job().token()), masker);
    }

    @Override
    public void count(String name, double increment, Map<String, String> tags) {
        addMetric(new LaneEvent.Metric(name, "counter", increment, Map.copyOf(tags)));
    }

    @Override
    public void time(String name, Duration duration, Map<String, String> tags) {
        addMetric(new LaneEvent.Metric(name, "timer", duration.toNanos() / 1e9, Map.copyOf(tags)));
    }

    @Override
    public void gauge(String name, double value, Map<String, String> tags) {
        addMetric(new LaneEvent.Metric(name, "gauge", value, Map.copyOf(tags)));
    }

    private synchronized void addMetric(LaneEvent.Metric metric) {
        if (metrics.size() < MAX_METRICS) {
            metrics.add(metric);
        } else if (metrics.size() == MAX_METRICS) {
            log.warn("More than %d metrics: the others are dropped".formatted(MAX_METRICS));
        }
    }

    synchronized List<LaneEvent.Metric> metrics() {
        return List.copyOf(metrics);
    }

    @Override
    public String render(String template, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        var all = new LinkedHashMap<String, @Nullable Object>(variables);
        all.putAll(extra);
        try {
            return expressions.render(template, rendering.withVariables(all));
        } catch (ExpressionException e) {
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public @Nullable Object evaluate(String template, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        var all = new LinkedHashMap<String, @Nullable Object>(variables);
        all.putAll(extra);
        try {
            return expressions.compile(template).evaluate(rendering.withVariables(all));
        } catch (ExpressionException e) {
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public TaskStores stores() {
        return stores;
    }

    @Override
    public Map<String, @Nullable Object> variables() {
        return variables;
    }

    @Override
    public void endWithWarning() {
        warning = true;
    }

    boolean warning() {
        return warning;
    }

    @Override
    public @Nullable Duration timeout() {
        return job().timeout();
    }

    @Override
    public Registration onCancel(Runnable action) {
        return task.onStop(action);
    }

    /// Deletes the working directory.
    @Override
    public synchronized void close() {
        if (directory == null) {
            return;
        }
        try {
            Files.walkFileTree(directory, new Deletion());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .setCause(e)
                    .log("A working directory could not be deleted");
        }
        directory = null;
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
        }
    }
}
