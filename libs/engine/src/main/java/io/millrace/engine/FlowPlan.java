// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A flow revision, compiled once: its tasks indexed, its expressions parsed. Immutable, to be
/// cached by tenant, namespace, flow and revision.
public final class FlowPlan {
    private final List<FlowTask> tasks;
    private final Map<String, FlowTask> byId;

    FlowPlan(List<FlowTask> tasks) {
        this.tasks = List.copyOf(tasks);
        this.byId =
                tasks.stream()
                        .collect(Collectors.toUnmodifiableMap(FlowTask::id, Function.identity()));
    }

    /// All tasks, in order of definition.
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
}
