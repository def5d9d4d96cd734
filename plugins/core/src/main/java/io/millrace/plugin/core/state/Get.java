// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.state;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gets a state.
@Plugin(
        type = "io.kestra.plugin.core.state.Get",
        aliases = "io.kestra.core.tasks.states.Get",
        title = "Get a state")
public final class Get implements TaskPlugin<Get.Properties, Get.Outputs> {

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

    public record Outputs(
            @Title("Number of entries") int count,
            @Title("The state") Map<String, @Nullable Object> data) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws TaskFailedException {
        var found = properties.load(context);
        if (found.isEmpty() && properties.errorOnMissing()) {
            throw new TaskFailedException("State %s not found".formatted(properties.key(context)));
        }
        var state = found.orElse(Map.of());
        return new Outputs(state.size(), state);
    }
}
