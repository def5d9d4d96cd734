// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.engine.FlowPlan;
import io.millrace.execution.search.InputView;
import io.millrace.model.Task;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What whoever may run a flow may know of it: what it asks for and what its tasks are, not how
/// they are set up.
///
/// @param labels a map: published clients can't read a list here
@JsonInclude(JsonInclude.Include.NON_NULL)
record FlowForExecution(
        String id,
        String namespace,
        int revision,
        @Nullable String description,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
        List<InputView> inputs,
        boolean disabled,
        boolean draft,
        boolean deleted,
        List<TaskView> tasks,
        @Nullable List<TaskView> errors,
        @JsonProperty("finally") @Nullable List<TaskView> finallyTasks,
        @Nullable List<TaskView> afterExecution,
        @Nullable List<TriggerView> triggers) {

    record TriggerView(String id, String type) {}

    /// @param inputs of a task that waits for a person
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TaskView(
            String id,
            String type,
            @Nullable List<TaskView> tasks,
            @Nullable List<InputView> inputs,
            @Nullable Map<String, String> subflowId) {}

    static FlowForExecution of(FlowPlan plan) {
        var flow = plan.flow();
        return new FlowForExecution(
                flow.id(),
                flow.namespace(),
                plan.revision(),
                flow.description(),
                flow.labels(),
                flow.inputs().stream().map(InputView::of).toList(),
                flow.disabled(),
                false,
                false,
                flow.tasks().stream().map(FlowForExecution::view).toList(),
                views(flow.errors()),
                views(flow.finallyTasks()),
                views(flow.afterExecution()),
                flow.triggers().isEmpty()
                        ? null
                        : flow.triggers().stream()
                                .map(t -> new TriggerView(t.id(), t.type()))
                                .toList());
    }

    private static @Nullable List<TaskView> views(List<Task> tasks) {
        return tasks.isEmpty() ? null : tasks.stream().map(FlowForExecution::view).toList();
    }

    private static TaskView view(Task task) {
        return new TaskView(
                task.id(),
                task.type(),
                views(task.children()),
                task instanceof Task.Waiting waiting && !waiting.asks().isEmpty()
                        ? waiting.asks().stream().map(InputView::of).toList()
                        : null,
                task instanceof Task.Subflow subflow
                        ? Map.of(
                                "namespace", subflow.call().namespace(),
                                "flowId", subflow.call().flowId())
                        : null);
    }
}
