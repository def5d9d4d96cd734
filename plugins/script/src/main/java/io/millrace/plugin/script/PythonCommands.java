// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;

/// Run commands beside Python files.
@Plugin(
        type = "io.kestra.plugin.scripts.python.Commands",
        aliases = "io.kestra.plugin.scripts.python.PythonCommands",
        title = "Run commands beside Python files",
        weight = 2)
public final class PythonCommands implements TaskPlugin<CommandsProperties, ScriptOutputs> {
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
