// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What surrounds one task while it runs.
public interface TaskContext {

    TaskRunInfo taskRun();

    TaskLog log();

    /// An empty directory of this task alone, made at the first call and deleted after the task.
    Path workingDirectory();

    /// Whether the working directory is that of a WorkingDirectory task: other tasks use it, too,
    /// and it stays after this one.
    default boolean sharesDirectory() {
        return false;
    }

    /// A directory of this task alone, also where the working directory is a shared one.
    default Path ownDirectory() {
        return workingDirectory();
    }

    TaskFiles files();

    /// @throws UnsupportedOperationException where a task runs without a suite around it
    default TaskExecutions executions() {
        throw new UnsupportedOperationException("There are no executions here");
    }

    /// Adds to a counter.
    void count(String name, double increment, Map<String, String> tags);

    /// Records a duration.
    void time(String name, Duration duration, Map<String, String> tags);

    /// Records a value that goes up and down.
    default void gauge(String name, double value, Map<String, String> tags) {
        count(name, value, tags);
    }

    /// Renders an expression with the task's variables and `extra` ones above them.
    ///
    /// @throws TaskFailedException if it can't be rendered
    String render(String template, Map<String, @Nullable Object> extra) throws TaskFailedException;

    /// The value of a template that is one `{{ expression }}`, such as a map or a number; of any
    /// other template its text.
    ///
    /// @param extra variables above the task's
    /// @throws TaskFailedException if it can't be rendered
    default @Nullable Object evaluate(String template, Map<String, @Nullable Object> extra)
            throws TaskFailedException {
        return render(template, extra);
    }

    /// What is kept beside executions.
    default TaskStores stores() {
        throw new UnsupportedOperationException("There are no stores here");
    }

    /// The variables that the task's expressions read.
    Map<String, @Nullable Object> variables();

    /// From now on this text is a secret: it is masked in what the task logs and gives, and an
    /// output that is exactly this text is encrypted.
    ///
    /// @throws UnsupportedOperationException where nothing can be encrypted
    default void conceal(String text) {
        throw new UnsupportedOperationException("There is no key to encrypt with here");
    }

    /// The task ends as `WARNING` rather than `SUCCESS`.
    void endWithWarning();

    /// Starts an execution, of what a [RealtimeTrigger] has heard; returns when it is certain.
    ///
    /// @throws IllegalStateException if no such trigger asks
    default void emit(String id, Record outputs) throws InterruptedException {
        throw new IllegalStateException("Expected a trigger to emit but this is a task");
    }

    /// How long the task may run, or absent.
    @Nullable Duration timeout();

    /// Runs `action` when the task is killed or times out, at once if it already was. Close the
    /// registration when the action isn't needed any more.
    Registration onCancel(Runnable action);

    /// @param taskRunId `<executionId>-<ordinal>`
    /// @param attempt 0 for the first
    record TaskRunInfo(
            String tenant,
            String namespace,
            String flowId,
            int revision,
            String executionId,
            String taskRunId,
            String taskId,
            int attempt) {}

    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
