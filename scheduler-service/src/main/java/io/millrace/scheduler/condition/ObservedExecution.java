// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An execution as conditions of triggers see it. Absent lists and maps are empty.
///
/// @param taskRuns with the states of their attempts
public record ObservedExecution(
        @Nullable String namespace,
        @Nullable String flowId,
        @Nullable String state,
        @Nullable Map<String, String> labels,
        @Nullable Map<String, ?> outputs,
        @Nullable List<TaskRun> taskRuns) {

    public ObservedExecution {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        outputs = outputs == null ? Map.of() : outputs;
        taskRuns = taskRuns == null ? List.of() : List.copyOf(taskRuns);
    }

    public record TaskRun(@Nullable List<String> attempts) {
        public TaskRun {
            attempts = attempts == null ? List.of() : List.copyOf(attempts);
        }
    }

    Map<String, ?> variables() {
        Map<String, ?> seen = outputs == null ? Map.of() : outputs;
        var flow = new LinkedHashMap<String, @Nullable Object>();
        flow.put("id", flowId);
        flow.put("namespace", namespace);
        var execution = new LinkedHashMap<String, @Nullable Object>();
        execution.put("state", state);
        execution.put("outputs", seen);
        execution.put("labels", labels);
        return Map.of(
                "flow", flow,
                "execution", execution,
                "outputs", seen,
                "labels", labels == null ? Map.of() : labels,
                "trigger", Map.of("outputs", seen));
    }
}
