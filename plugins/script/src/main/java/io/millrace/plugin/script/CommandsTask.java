// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;

/// Commands are run in the same way whatever language the files beside them are in.
abstract sealed class CommandsTask implements TaskPlugin<CommandsProperties, ScriptOutputs>
        permits PythonCommands, ShellCommands {
    private ProcessRunner runner = new ProcessRunner(Limits.DEFAULT);

    @Override
    public void start(PluginSettings settings) {
        runner = new ProcessRunner(Limits.of(settings));
    }

    @Override
    public ScriptOutputs run(CommandsProperties properties, TaskContext context) throws Exception {
        try (var task = runner.prepare(properties, context)) {
            return task.run(task.shell(String.join("\n", task.render(properties.commands()))));
        }
    }
}
