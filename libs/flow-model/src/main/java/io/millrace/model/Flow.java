// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A flow as its author wrote it, valid in itself. Texts may hold expressions, which the engine
/// renders. Absent lists and maps are empty.
///
/// @param revision as written in the source, where it means nothing
/// @param labels in the order of the source
/// @param variables trees of text, numbers, booleans, lists and maps; rendered only on demand
/// @param finallyTasks `finally`: run before the execution ends, however it ends
public record Flow(
        String namespace,
        String id,
        @Nullable Integer revision,
        @Nullable String description,
        Map<String, String> labels,
        List<Input> inputs,
        Map<String, @Nullable Object> variables,
        List<Task> tasks,
        List<Task> errors,
        List<Task> finallyTasks,
        List<Task> afterExecution,
        List<Listener> listeners,
        List<Trigger> triggers,
        List<PluginDefault> pluginDefaults,
        @Nullable Concurrency concurrency,
        List<FlowOutput> outputs,
        @Nullable RetryPolicy retry,
        List<Sla> sla,
        List<Check> checks,
        boolean disabled,
        @Nullable WorkerGroup workerGroup) {

    public Flow {
        labels = Trees.copy(labels);
        inputs = List.copyOf(inputs);
        variables = Trees.copy(variables);
        tasks = List.copyOf(tasks);
        errors = List.copyOf(errors);
        finallyTasks = List.copyOf(finallyTasks);
        afterExecution = List.copyOf(afterExecution);
        listeners = List.copyOf(listeners);
        triggers = List.copyOf(triggers);
        pluginDefaults = List.copyOf(pluginDefaults);
        outputs = List.copyOf(outputs);
        sla = List.copyOf(sla);
        checks = List.copyOf(checks);
    }

    /// The same flow with another group of workers, or none.
    public Flow withWorkerGroup(@Nullable WorkerGroup group) {
        return new Flow(
                namespace,
                id,
                revision,
                description,
                labels,
                inputs,
                variables,
                tasks,
                errors,
                finallyTasks,
                afterExecution,
                listeners,
                triggers,
                pluginDefaults,
                concurrency,
                outputs,
                retry,
                sla,
                checks,
                disabled,
                group);
    }

    /// All tasks, also nested ones, those of listeners and those for errors: parents before their
    /// children, in the order of the source.
    public List<Task> allTasks() {
        var all = new ArrayList<Task>();
        collect(tasks, all);
        collect(errors, all);
        collect(finallyTasks, all);
        collect(afterExecution, all);
        listeners.forEach(listener -> collect(listener.tasks(), all));
        return all;
    }

    public Optional<Task> task(String taskId) {
        return allTasks().stream().filter(task -> task.id().equals(taskId)).findFirst();
    }

    private static void collect(List<Task> tasks, List<Task> into) {
        for (var task : tasks) {
            into.add(task);
            collect(task.children(), into);
        }
    }

    /// How many executions of the flow may run at once, and what becomes of the others.
    public record Concurrency(int limit, Concurrency.Behavior behavior) {
        public enum Behavior {
            QUEUE,
            CANCEL,
            FAIL
        }
    }

    /// @param type type of the value, such as STRING
    /// @param value rendered when the execution ends
    public record FlowOutput(
            String id,
            Input.Type type,
            @Nullable Object value,
            @Nullable String description,
            @Nullable String displayName,
            boolean required) {}

    /// Deprecated: tasks that run after the end when all `conditions` hold.
    public record Listener(
            @Nullable String description,
            List<Map<String, @Nullable Object>> conditions,
            List<Task> tasks) {
        public Listener {
            conditions = List.copyOf(conditions);
            tasks = List.copyOf(tasks);
        }
    }

    /// Property values for all tasks and triggers whose type is `type` or begins with it.
    ///
    /// @param forced whether they win over the task's own
    public record PluginDefault(String type, boolean forced, Map<String, @Nullable Object> values) {
        public PluginDefault {
            values = Trees.copy(values);
        }
    }

    /// What an execution promises.
    ///
    /// @param duration of MAX_DURATION
    /// @param assertion expression of EXECUTION_ASSERTION (`assert`)
    public record Sla(
            String id,
            Sla.Type type,
            @Nullable Duration duration,
            @Nullable String assertion,
            Sla.Behavior behavior,
            Map<String, String> labels) {
        public Sla {
            labels = Trees.copy(labels);
        }

        public enum Type {
            MAX_DURATION,
            EXECUTION_ASSERTION
        }

        public enum Behavior {
            FAIL,
            CANCEL,
            NONE
        }
    }

    /// A condition on the inputs when an execution is created; `message` is shown if it is false.
    public record Check(String condition, String message, Style style, Check.Behavior behavior) {
        public enum Style {
            INFO,
            SUCCESS,
            WARNING,
            ERROR
        }

        /// The later one is the more restrictive.
        public enum Behavior {
            CREATE_EXECUTION,
            FAIL_EXECUTION,
            BLOCK_EXECUTION
        }
    }
}
