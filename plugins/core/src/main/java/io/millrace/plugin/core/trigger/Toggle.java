// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.trigger;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.core.execution.OwnSuite;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Switches a trigger on or off.
@Plugin(
        type = "io.kestra.plugin.core.trigger.Toggle",
        aliases = "io.kestra.plugin.kestra.triggers.Toggle",
        title = "Enable or disable a trigger")
public final class Toggle implements TaskPlugin<Toggle.Properties, NoOutputs> {

    public record Properties(
            @Title("Flow of the trigger; this flow if absent") @Nullable String flowId,
            @Title("Namespace of that flow; this flow's if absent") @Nullable String namespace,
            @Title("Id of the trigger") String trigger,
            @Title("Whether it is to be enabled") @Default("false") Boolean enabled,
            @Title("Without effect") @Inline OwnSuite suite) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws TaskFailedException {
        var own = context.taskRun();
        context.executions()
                .setTriggerDisabled(
                        Objects.requireNonNullElse(properties.namespace(), own.namespace()),
                        Objects.requireNonNullElse(properties.flowId(), own.flowId()),
                        properties.trigger(),
                        !properties.enabled());
        return new NoOutputs();
    }
}
