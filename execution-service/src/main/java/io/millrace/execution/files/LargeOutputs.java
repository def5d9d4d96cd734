// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.files;

import io.millrace.engine.Execution;
import io.millrace.engine.TaskRun;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.storage.ExecutionFolder;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageAccessException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Outputs that are too big for a row lie in the internal storage; users don't notice.
public final class LargeOutputs {
    private final InternalStorage storage;

    public LargeOutputs(InternalStorage storage) {
        this.storage = storage;
    }

    /// The task runs with all of their outputs.
    public List<TaskRun> filledIn(Execution execution, List<TaskRun> taskRuns) {
        if (taskRuns.stream().allMatch(run -> run.outputsUri() == null)) {
            return taskRuns;
        }
        var folder = folder(execution);
        return taskRuns.stream()
                .map(run -> run.outputsUri() == null ? run : with(run, read(folder, run)))
                .toList();
    }

    private Map<String, @Nullable Object> read(ExecutionFolder folder, TaskRun run) {
        try (var content = storage.get(folder.own(URI.create(String.valueOf(run.outputsUri()))))) {
            return ExecutionColumns.map(new String(content.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException | StorageAccessException e) {
            return run.outputs();
        }
    }

    private static TaskRun with(TaskRun run, Map<String, @Nullable Object> outputs) {
        return new TaskRun(
                run.ordinal(),
                run.taskId(),
                run.parent(),
                run.iteration(),
                run.value(),
                run.history(),
                run.attempts(),
                run.phase(),
                run.dispatch(),
                run.since(),
                run.wakeAt(),
                run.workerId(),
                outputs,
                run.outputsUri(),
                run.error(),
                run.rendered(),
                run.cursor(),
                run.items(),
                run.batches());
    }

    public static ExecutionFolder folder(Execution e) {
        return new ExecutionFolder(e.tenant(), e.namespace(), e.flowId(), e.id());
    }
}
