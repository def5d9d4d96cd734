// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.state;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Deletes a state.
@Plugin(
        type = "io.kestra.plugin.core.state.Delete",
        aliases = "io.kestra.core.tasks.states.Delete",
        title = "Delete a state")
public final class Delete implements TaskPlugin<Delete.Properties, Delete.Outputs> {

    public record Properties(
            @Title("Name of the state") @Default("default") String name,
            @Title("Whether all flows of the namespace share it") @Default("false")
                    Boolean namespace,
            @Title("Whether each value of a loop has its own") @Default("true")
                    Boolean taskrunValue,
            @Title("Flow whose state it is; this one if absent") @Nullable String flowId,
            @Title("Whether it is an error that there is none") @Default("false")
                    Boolean errorOnMissing)
            implements StateProperties {}

    public record Outputs(@Title("Whether there was one") boolean deleted) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws TaskFailedException {
        boolean deleted =
                context.stores()
                        .keyValues()
                        .delete(context.taskRun().namespace(), properties.key(context));
        if (!deleted && properties.errorOnMissing()) {
            throw new TaskFailedException(
                    "Unable to find the state file '%s'".formatted(properties.name()));
        }
        return new Outputs(deleted);
    }
}
