// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest.local;

import io.millrace.engine.Execution;
import io.millrace.engine.Job;
import io.millrace.engine.State;
import io.millrace.engine.TaskResult;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.flowtest.Ended.Line;
import io.millrace.model.TaskTypes;
import io.millrace.plugin.PluginCatalog;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskLog;
import io.millrace.plugin.runtime.PluginCall;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Runs jobs of one test in this process: renderings, and core tasks. All others have to be mocked.
final class TestWorker {
    private static final String NAME = "test";
    private static final String SLEEP = TaskTypes.CORE + "flow.Sleep";

    private final PluginCatalog catalog;
    private final Expressions expressions;
    private final ExpressionFunctions functions;
    private final TestFiles files;
    private final List<Line> logs;
    private final PluginCall calls;
    private final Set<String> unmocked = new TreeSet<>();

    TestWorker(
            PluginCatalog catalog,
            Expressions expressions,
            ExpressionFunctions functions,
            TestFiles files,
            List<Line> logs) {
        this.catalog = catalog;
        this.expressions = expressions;
        this.functions = functions;
        this.files = files;
        this.logs = logs;
        this.calls = new PluginCall(expressions);
    }

    /// Tasks that would have to be mocked, each with its type.
    Set<String> unmocked() {
        return unmocked;
    }

    /// How long a job only sleeps; nothing if it does anything else.
    @Nullable Duration sleepOf(Job job, Instant now) {
        if (job.renderOnly() || !job.type().equals(SLEEP)) {
            return null;
        }
        try {
            var duration = calls.render(job.properties(), rendering(job, now)).get("duration");
            return duration instanceof Duration given
                    ? given
                    : Duration.parse(String.valueOf(duration));
        } catch (ExpressionException | DateTimeParseException e) {
            return null; // the task itself says what is wrong
        }
    }

    static TaskResult slept(Instant from, Instant until) {
        return new TaskResult(State.SUCCESS, Map.of(), null, null, null, from, until, NAME);
    }

    private RenderContext rendering(Job job, Instant now) {
        return RenderContext.of(job.variables())
                .withFunctions(functions)
                .withClock(InstantSource.fixed(now));
    }

    TaskResult run(Execution execution, Job job, Instant now) {
        var rendering = rendering(job, now);
        if (job.renderOnly()) {
            try {
                return result(State.SUCCESS, calls.render(job.properties(), rendering), null, now);
            } catch (ExpressionException e) {
                return result(State.FAILED, Map.of(), e.getMessage(), now);
            }
        }
        TaskLog log = (level, line) -> write(job, level, line);
        var plugin = catalog.plugin(job.type()).orElse(null);
        if (plugin == null || !job.type().startsWith(TaskTypes.CORE)) {
            unmocked.add("`%s` of type %s".formatted(job.taskId(), job.type()));
            return result(State.FAILED, Map.of(), "It isn't run in a test: mock it", now);
        }
        try (var context = new TestTask(execution, job, files, log, expressions, rendering)) {
            var outputs = calls.run(plugin, job.properties(), rendering, context);
            return result(context.warning() ? State.WARNING : State.SUCCESS, outputs, null, now);
        } catch (TaskFailedException e) {
            return failed(job, e.outputs(), String.valueOf(e.getMessage()), now);
        } catch (UnsupportedOperationException e) { // it needs what only a server has
            unmocked.add("`%s` of type %s".formatted(job.taskId(), job.type()));
            return result(State.FAILED, Map.of(), "It isn't run in a test: mock it", now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(job, Map.of(), "Interrupted", now);
        } catch (Exception e) {
            return failed(job, Map.of(), String.valueOf(e.getMessage()), now);
        }
    }

    private TaskResult failed(
            Job job, Map<String, @Nullable Object> outputs, String error, Instant now) {
        write(job, TaskLog.Level.ERROR, error);
        return result(State.FAILED, outputs, error, now);
    }

    private void write(Job job, TaskLog.Level level, String line) {
        if (level.compareTo(TaskLog.Level.valueOf(job.logLevel())) >= 0) {
            logs.add(new Line(job.taskId(), level.name(), line));
        }
    }

    private static TaskResult result(
            State state,
            Map<String, @Nullable Object> outputs,
            @Nullable String error,
            Instant now) {
        return new TaskResult(state, outputs, null, error, null, now, now, NAME);
    }
}
