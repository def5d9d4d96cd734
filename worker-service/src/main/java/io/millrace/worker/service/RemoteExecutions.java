// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.plugin.TaskExecutions;
import io.millrace.plugin.TaskFailedException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Executions by way of the execution-service, with a task's token.
final class RemoteExecutions implements TaskExecutions {
    private static final String PATH = "/internal/tasks/";

    private final ServiceCalls calls;
    private final String token;

    RemoteExecutions(ServiceCalls calls, String token) {
        this.calls = calls;
        this.token = token;
    }

    private record Resumption(String executionId, Map<String, @Nullable Object> inputs) {}

    private record Nothing() {}

    /// @param after where the step before has ended, or absent
    private record Step(TaskExecutions.Purge purge, @Nullable String after) {}

    /// @param next where to go on, or absent at the end
    private record Stepped(
            long executions, long logs, long metrics, long files, @Nullable String next) {}

    private record LogsGone(long lines, boolean more) {}

    @Override
    public void resume(String executionId, Map<String, @Nullable Object> inputs)
            throws TaskFailedException {
        call("executions/resume", new Resumption(executionId, inputs), Nothing.class);
    }

    private record TriggerSwitch(
            String namespace, String flowId, String triggerId, boolean disabled) {}

    @Override
    public void setTriggerDisabled(
            String namespace, String flowId, String triggerId, boolean disabled)
            throws TaskFailedException {
        call(
                "triggers/disabled",
                new TriggerSwitch(namespace, flowId, triggerId, disabled),
                Nothing.class);
    }

    @Override
    public List<Count> count(Query query) throws TaskFailedException {
        return Arrays.asList(call("executions/count", query, Count[].class));
    }

    @Override
    public Purged purge(Purge purge) throws TaskFailedException {
        long executions = 0;
        long logs = 0;
        long metrics = 0;
        long files = 0;
        String after = null;
        do {
            var step = call("executions/purge", new Step(purge, after), Stepped.class);
            executions += step.executions();
            logs += step.logs();
            metrics += step.metrics();
            files += step.files();
            after = step.next();
        } while (after != null && !Thread.currentThread().isInterrupted());
        return new Purged(executions, logs, metrics, files);
    }

    @Override
    public long purgeLogs(LogPurge purge) throws TaskFailedException {
        long lines = 0;
        LogsGone step;
        do {
            step = call("logs/purge", purge, LogsGone.class);
            lines += step.lines();
        } while (step.more() && !Thread.currentThread().isInterrupted());
        return lines;
    }

    private <T> T call(String path, Object body, Class<T> type) throws TaskFailedException {
        try {
            return calls.post(PATH + path, token, body, type);
        } catch (ServiceCalls.RefusedException e) {
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw new TaskFailedException("The execution-service doesn't answer", e);
        }
    }
}
