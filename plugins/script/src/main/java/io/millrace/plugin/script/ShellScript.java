// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;

/// Run a shell script.
@Plugin(type = "io.kestra.plugin.scripts.shell.Script", title = "Run a shell script", weight = 2)
public final class ShellScript implements TaskPlugin<ScriptProperties, ScriptOutputs> {
    static final String IMAGE = "ubuntu";

    private ProcessRunner runner = ProcessRunner.plain();

    @Override
    public void start(PluginSettings settings) {
        runner.close();
        runner = new ProcessRunner(Limits.of(settings), settings, IMAGE);
    }

    @Override
    public void close() {
        runner.close();
    }

    @Override
    public ScriptOutputs run(ScriptProperties properties, TaskContext context) throws Exception {
        try (var task = runner.prepare(properties.process(), context)) {
            return task.run(task.shell(task.render(properties.script())));
        }
    }
}
