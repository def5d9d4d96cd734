// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import java.nio.file.Path;
import java.util.List;

/// Runs a Python script: in an interpreter that was started beforehand if nothing about the task
/// asks for a special one.
@Plugin(
        type = "io.kestra.plugin.scripts.python.Script",
        aliases = "io.kestra.core.tasks.scripts.Python",
        title = "Run a Python script",
        weight = 2)
public final class PythonScript extends LanguageScript {
    private WarmPython warm = new WarmPython(Limits.DEFAULT, "python3", false);

    public PythonScript() {
        super(Language.PYTHON);
    }

    @Override
    public void start(PluginSettings settings) {
        super.start(settings);
        warm =
                new WarmPython(
                        Limits.of(settings),
                        command().getFirst(),
                        settings.flag("script.python.warm", true));
    }

    @Override
    ScriptOutputs runPlainly(ScriptTask task, List<String> command, PackageOptions packages)
            throws Exception {
        // what is warm is the worker's own interpreter, without packages
        if (!packages.needsSome() && packages.pythonVersion() == null) {
            var started =
                    warm.start(
                            Path.of(command.getLast()),
                            task.directory(),
                            task.environment(),
                            task.handOver());
            if (started != null) {
                return task.watch(started);
            }
        }
        return run(task, command, packages);
    }

    @Override
    public void close() {
        warm.close();
        super.close();
    }
}
