// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.Expressions;
import io.millrace.model.Flow;
import io.millrace.model.Task;
import io.millrace.model.TypeRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A flow revision, compiled once: its tasks indexed, its expressions parsed. Immutable, to be
/// cached by tenant, namespace, flow and revision.
public final class FlowPlan {
    private final Flow flow;
    private final int revision;
    private final Expressions expressions;
    private final Map<String, @Nullable Object> installation;
    private final List<FlowTask> tasks;
    private final Map<String, FlowTask> byId;
    private final Lists lists;
    private final Rendering outputs;
    private final TypeRules types;

    FlowPlan(
            Flow flow,
            int revision,
            Expressions expressions,
            Map<String, @Nullable Object> installation,
            List<FlowTask> tasks,
            Lists lists,
            Rendering outputs,
            TypeRules types) {
        this.flow = flow;
        this.revision = revision;
        this.expressions = expressions;
        this.installation = installation;
        this.tasks = List.copyOf(tasks);
        this.lists = lists;
        this.types = types;
        this.outputs = outputs;
        this.byId =
                tasks.stream()
                        .collect(Collectors.toUnmodifiableMap(FlowTask::id, Function.identity()));
    }

    /// Compiles a flow to which plugin defaults have been applied.
    public static FlowPlan compile(Flow flow, int revision, Expressions expressions) {
        return compile(flow, revision, expressions, Map.of());
    }

    /// @param installation variables that all flows of the installation see, such as `envs`,
    ///   `globals` and `kestra`
    public static FlowPlan compile(
            Flow flow,
            int revision,
            Expressions expressions,
            Map<String, @Nullable Object> installation) {
        return compile(flow, revision, expressions, installation, TypeRules.NONE);
    }

    /// @param types which types of tasks may run; of others the task runs fail
    public static FlowPlan compile(
            Flow flow,
            int revision,
            Expressions expressions,
            Map<String, @Nullable Object> installation,
            TypeRules types) {
        return new FlowCompiler(flow, expressions).compile(revision, installation, types);
    }

    public Flow flow() {
        return flow;
    }

    public int revision() {
        return revision;
    }

    /// What expressions of inputs and checks read, before there is an execution.
    public Map<String, @Nullable Object> variablesAhead(String tenant, String executionId) {
        var variables = new LinkedHashMap<String, @Nullable Object>(installation);
        variables.put(
                "flow",
                Map.of(
                        "id",
                        flow.id(),
                        "namespace",
                        flow.namespace(),
                        "revision",
                        revision,
                        "tenantId",
                        tenant));
        variables.put("execution", Map.of("id", executionId));
        variables.put("labels", flow.labels());
        variables.put("vars", flow.variables());
        return variables;
    }

    /// All tasks that aren't disabled, in order of definition.
    public List<FlowTask> tasks() {
        return tasks;
    }

    public FlowTask task(String id) {
        var task = byId.get(id);
        if (task == null) {
            throw new IllegalArgumentException("Expected a task " + id + " but there is none");
        }
        return task;
    }

    /// The task, or nothing if this revision has none of that id.
    public @Nullable FlowTask find(String id) {
        return byId.get(id);
    }

    /// Why tasks of a type may not run, if they may not.
    public Optional<String> refusal(String type) {
        return types.refusal(type);
    }

    /// Why a task may not run, if it may not.
    Optional<String> refusal(FlowTask task) {
        if (types.levels().isEmpty()) {
            return Optional.empty();
        }
        var own = types.refusal(task.type());
        return own.isEmpty()
                        && task.definition() instanceof Task.PluginTask plugin
                        && plugin.properties().get("taskRunner") instanceof Map<?, ?> runner
                        && runner.get("type") instanceof String type
                ? types.refusalOfPart(type)
                : own;
    }

    Lists lists() {
        return lists;
    }

    /// Outputs of the flow, by id.
    Rendering outputs() {
        return outputs;
    }

    Expressions expressions() {
        return expressions;
    }

    Map<String, @Nullable Object> installation() {
        return installation;
    }
}
