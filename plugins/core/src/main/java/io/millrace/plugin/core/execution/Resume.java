// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.execution;

import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Resumes a paused execution; fails if it isn't paused.
@Plugin(
        type = "io.kestra.plugin.core.execution.Resume",
        aliases = "io.kestra.core.tasks.executions.Resume",
        title = "Resume a paused execution")
public final class Resume implements TaskPlugin<Resume.Properties, NoOutputs> {

    public record Properties(
            @Title("Without effect: the id alone tells which execution it is")
                    @Nullable String namespace,
            @Title("Without effect: the id alone tells which execution it is")
                    @Nullable String flowId,
            @Title("Id of the execution; this one if absent") @Nullable String executionId,
            @Title("Inputs that the paused task asks for")
                    @Nullable Map<String, @Nullable Object> inputs) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws Exception {
        var id =
                properties.executionId() == null || properties.executionId().isBlank()
                        ? context.taskRun().executionId()
                        : properties.executionId().strip();
        Map<String, @Nullable Object> inputs = Map.of();
        context.executions().resume(id, properties.inputs() == null ? inputs : properties.inputs());
        return new NoOutputs();
    }
}
