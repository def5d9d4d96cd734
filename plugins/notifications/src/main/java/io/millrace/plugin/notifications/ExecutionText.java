// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.TaskContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is said of an execution: the one that a flow trigger reports, or the task's own.
record ExecutionText(String title, Map<String, String> fields) {

    static ExecutionText of(
            @Nullable String executionId,
            @Nullable String message,
            @Nullable Map<String, @Nullable Object> more,
            TaskContext context) {
        var run = context.taskRun();
        var fields = new LinkedHashMap<String, String>();
        var trigger = context.variables().get("trigger") instanceof Map<?, ?> t ? t : Map.of();
        boolean reported =
                trigger.get("executionId") != null
                        && (executionId == null
                                || executionId.equals(String.valueOf(trigger.get("executionId"))));
        var namespace = reported ? text(trigger.get("namespace")) : run.namespace();
        var flow = reported ? text(trigger.get("flowId")) : run.flowId();
        var id = reported ? text(trigger.get("executionId")) : run.executionId();
        fields.put("Namespace", namespace);
        fields.put("Flow", flow);
        fields.put("Execution", executionId == null ? id : executionId);
        if (reported && trigger.get("state") != null) {
            fields.put("State", text(trigger.get("state")));
        }
        if (more != null) {
            more.forEach((name, value) -> fields.put(name, text(value)));
        }
        var state = fields.get("State");
        var title =
                message != null
                        ? message
                        : "%s.%s %s"
                                .formatted(
                                        namespace,
                                        flow,
                                        state == null ? "has run" : "ended as " + state);
        return new ExecutionText(title, fields);
    }

    /// The execution's id: what makes alerts to it one.
    String execution() {
        return String.valueOf(fields.get("Execution"));
    }

    private static String text(@Nullable Object value) {
        return String.valueOf(value);
    }

    /// For where only a text is taken.
    String lines() {
        var lines = new StringBuilder(title);
        fields.forEach((name, value) -> lines.append('\n').append(name).append(": ").append(value));
        return lines.toString();
    }
}
