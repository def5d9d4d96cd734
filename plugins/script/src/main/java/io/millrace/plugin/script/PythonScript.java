// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import java.util.List;

/// Runs a Python script: in an interpreter that was started beforehand if nothing about the task
/// asks for a special one.
@Plugin(
        type = "io.kestra.plugin.scripts.python.Script",
        aliases = "io.kestra.core.tasks.scripts.Python",
        title = "Run a Python script",
        weight = 2)
public final class PythonScript implements TaskPlugin<ScriptProperties, ScriptOutputs> {
    private ProcessRunner runner = new ProcessRunner(Limits.DEFAULT);
    private WarmPython warm = new WarmPython(Limits.DEFAULT, "python3", false);
    private String command = "python3";

    @Override
    public void start(PluginSettings settings) {
        var limits = Limits.of(settings);
        runner = new ProcessRunner(limits);
        command = settings.text("script.python.command").orElse("python3");
        warm = new WarmPython(limits, command, settings.flag("script.python.warm", true));
    }

    @Override
    public ScriptOutputs run(ScriptProperties properties, TaskContext context) throws Exception {
        try (var task = runner.prepare(properties, context)) {
            var script = task.write("script.py", task.render(properties.script()));
            if (task.isPlain()) {
                var started =
                        warm.start(script, task.directory(), task.environment(), task.handOver());
                if (started != null) {
                    return task.watch(started);
                }
                return task.run(List.of(command, "-u", script.toString()));
            }
            return task.run(task.shell("%s -u '%s'".formatted(command, script)));
        }
    }

    @Override
    public void close() {
        warm.close();
    }
}
