// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.execution;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Fails. Where no file is asked for the log, the lane does this itself.
@Plugin(type = "io.kestra.plugin.core.execution.Fail", title = "Fail the execution")
public final class Fail implements TaskPlugin<Fail.Properties, NoOutputs> {

    public record Properties(
            @Title("Fails only if this is truthy; always if absent") @Nullable String condition,
            @Title("What the log says") @Default("Task failure") String errorMessage) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws TaskFailedException {
        if (properties.condition() == null || Truth.of(properties.condition())) {
            throw new TaskFailedException(properties.errorMessage());
        }
        return new NoOutputs();
    }
}
