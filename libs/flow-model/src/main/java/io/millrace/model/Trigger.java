// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What starts executions.
///
/// @param type canonical, such as `io.kestra.plugin.core.trigger.Schedule`
/// @param conditions each a tree with a canonical `type`; all must hold
/// @param when an expression that must be truthy, too
/// @param inputs of the executions; may hold expressions
/// @param labels of the executions
/// @param stopAfter states of an execution after which the trigger is disabled
/// @param properties all other properties, as written
public record Trigger(
        String id,
        String type,
        @Nullable String description,
        boolean disabled,
        List<Map<String, @Nullable Object>> conditions,
        @Nullable String when,
        Map<String, @Nullable Object> inputs,
        Map<String, String> labels,
        List<String> stopAfter,
        LogLevel logLevel,
        @Nullable WorkerGroup workerGroup,
        Map<String, @Nullable Object> properties) {
    public Trigger {
        conditions = List.copyOf(conditions);
        inputs = Trees.copy(inputs);
        labels = Trees.copy(labels);
        stopAfter = List.copyOf(stopAfter);
        properties = Trees.copy(properties);
    }
}
