// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.flowtrigger;

import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.LaneEvent;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.scheduler.condition.ConditionContext;
import io.millrace.scheduler.condition.ObservedExecution;
import io.millrace.scheduler.execution.Executions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An execution that came to a state, as triggers of other flows see it.
///
/// @param inside what the message doesn't tell, if anybody asks for it
public record HeardExecution(
        String tenant,
        String namespace,
        String state,
        FeedEvent.Change change,
        Executions.Context inside) {
    private static final String CORRELATION = "system.correlationId";
    private static final Set<String> FINAL =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "RETRIED", "PAUSED");

    public Instant at() {
        return change.at();
    }

    /// The label that ties executions together, which the triggered one takes over.
    public @Nullable String correlation() {
        return labels().get(CORRELATION);
    }

    private Map<String, String> labels() {
        var labels = new LinkedHashMap<String, String>();
        for (var label : change.labels()) {
            labels.put(label.key(), label.value());
        }
        return labels;
    }

    /// What conditions look at; `flow` is the flow of this execution.
    ///
    /// @param functions what conditions may ask
    public ConditionContext context(ExpressionFunctions functions) {
        var flow =
                Map.of(
                        "id",
                        change.flowId(),
                        "namespace",
                        namespace,
                        "revision",
                        change.revision(),
                        "tenantId",
                        tenant);
        return new ConditionContext(
                variables(flow, triggerVariables(change.outputs())),
                new ObservedExecution(
                        namespace,
                        change.flowId(),
                        state,
                        labels(),
                        change.outputs(),
                        inside.attempts().stream().map(ObservedExecution.TaskRun::new).toList()),
                functions);
    }

    /// What `inputs` and `labels` of the trigger see.
    ///
    /// @param flow the flow that is triggered
    /// @param trigger [#triggerVariables(Map)]
    public Map<String, @Nullable Object> variables(Map<String, ?> flow, Map<String, ?> trigger) {
        var variables = new LinkedHashMap<String, @Nullable Object>(inside.variables());
        var execution = new LinkedHashMap<String, @Nullable Object>();
        execution.put("id", change.executionId());
        execution.put("state", state);
        execution.put("startDate", change.startedAt());
        execution.put("outputs", change.outputs());
        execution.put("labels", nested(labels()));
        variables.putIfAbsent("outputs", Map.of());
        variables.putIfAbsent("inputs", Map.of());
        variables.put("execution", execution);
        variables.put("flow", flow);
        variables.put("labels", nested(labels()));
        variables.put("trigger", trigger);
        return variables;
    }

    /// What the triggered execution sees as `trigger`.
    ///
    /// @param outputs of all executions that it waited for
    public Map<String, @Nullable Object> triggerVariables(Map<String, ?> outputs) {
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put("executionId", change.executionId());
        variables.put("namespace", namespace);
        variables.put("flowId", change.flowId());
        variables.put("flowRevision", change.revision());
        variables.put("state", state);
        var labels = labels();
        labels.remove(CORRELATION);
        variables.put("executionLabels", nested(labels));
        put(variables, "startDate", change.startedAt());
        put(variables, "endDate", change.at());
        put(variables, "firstFailedTaskId", change.firstFailedTask());
        put(variables, "lastTaskId", change.lastTask());
        variables.put("outputs", outputs);
        return variables;
    }

    /// What makes the execution that a trigger starts because of this one its own.
    public String seed() {
        var seed = change.executionId() + "\0" + change.at();
        // it may pass through several within a millisecond, and rest in one
        return FINAL.contains(state) ? seed : seed + "\0" + state;
    }

    public LaneEvent.@Nullable Label correlationLabel() {
        var correlation = correlation();
        return correlation == null ? null : new LaneEvent.Label(CORRELATION, correlation);
    }

    private static void put(
            Map<String, @Nullable Object> variables, String name, @Nullable Object value) {
        if (value != null) {
            variables.put(name, value.toString());
        }
    }

    /// Labels as a tree: `system.correlationId` lies in `system`.
    private static Map<String, @Nullable Object> nested(Map<String, String> labels) {
        var root = new LinkedHashMap<String, @Nullable Object>();
        labels.forEach((key, value) -> {
            Map<String, @Nullable Object> node = root;
            var parts = key.split("\\.", -1);
            for (int i = 0; i < parts.length - 1; i++) {
                node = child(node, parts[i]);
            }
            node.put(parts[parts.length - 1], value);
        });
        return root;
    }

    @SuppressWarnings("unchecked") // only maps of this shape are put in
    private static Map<String, @Nullable Object> child(
            Map<String, @Nullable Object> node, String name) {
        if (node.get(name) instanceof LinkedHashMap<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        var child = new LinkedHashMap<String, @Nullable Object>();
        node.put(name, child);
        return child;
    }
}
