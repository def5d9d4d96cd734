// SPDX-License-Identifier: Apache-2.0
package io.millrace.flowtest;

import io.millrace.engine.ExecutionState;
import io.millrace.engine.FlowPlan;
import io.millrace.engine.JobVariables;
import io.millrace.engine.TaskRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An execution that has come to its end, as assertions see it.
///
/// @param logs in order
/// @param files URIs of the test's files, by name
public record Ended(
        FlowPlan plan, ExecutionState state, List<Line> logs, Map<String, String> files) {
    public Ended {
        logs = List.copyOf(logs);
        files = Map.copyOf(files);
    }

    /// @param taskId absent for a line of the execution itself
    public record Line(@Nullable String taskId, String level, String message) {}

    /// All that an assertion may read: what the flow's own expressions may, and `tasks`, `logs`,
    /// `files`.
    ///
    /// @param taskId task whose last run's variables are seen, or absent
    Map<String, @Nullable Object> variables(@Nullable String taskId) {
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.putAll(JobVariables.masked(plan, state, ordinal(taskId)));
        variables.put("tasks", tasks());
        variables.put("logs", logs(taskId));
        variables.put("files", files);
        return variables;
    }

    private int ordinal(@Nullable String taskId) {
        int found = TaskRun.NONE;
        if (taskId != null) {
            for (var run : state.taskRuns()) {
                if (run.taskId().equals(taskId)) {
                    found = run.ordinal();
                }
            }
        }
        return found;
    }

    /// By task id: `state` of its last run, and how many `runs` it had.
    private Map<String, Map<String, Object>> tasks() {
        var tasks = new LinkedHashMap<String, Map<String, Object>>();
        for (var run : state.taskRuns()) {
            var task = tasks.computeIfAbsent(run.taskId(), _ -> new LinkedHashMap<>());
            task.put("state", run.state().name());
            task.merge("runs", 1, (a, b) -> (Integer) a + (Integer) b);
        }
        return tasks;
    }

    /// `text` is all messages, one a line; `lines` are maps of `taskId`, `level`, `message`.
    private Map<String, Object> logs(@Nullable String taskId) {
        var lines = new ArrayList<Map<String, @Nullable Object>>();
        var text = new StringBuilder();
        for (var line : logs) {
            if (taskId == null || taskId.equals(line.taskId())) {
                var map = new LinkedHashMap<String, @Nullable Object>();
                map.put("taskId", line.taskId());
                map.put("level", line.level());
                map.put("message", line.message());
                lines.add(map);
                text.append(line.message()).append('\n');
            }
        }
        var logs = new LinkedHashMap<String, Object>();
        logs.put("text", text.toString());
        logs.put("lines", lines);
        return logs;
    }
}
