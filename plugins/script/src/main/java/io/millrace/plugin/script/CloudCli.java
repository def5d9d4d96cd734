// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs commands of a cloud's command line: the worker's own installation of it, or an image that
/// has it. Credentials go into the environment or a file, never into a command, which everybody on
/// the machine could read.
abstract class CloudCli<P extends Record & CloudCli.Given> implements TaskPlugin<P, ScriptOutputs> {
    private final String image;
    private ProcessRunner runner = ProcessRunner.plain();

    /// @param image for containers, where nobody names one
    CloudCli(String image) {
        this.image = image;
    }

    @Override
    public void start(PluginSettings settings) {
        runner.close();
        runner = new ProcessRunner(Limits.of(settings), settings, image);
    }

    @Override
    public void close() {
        runner.close();
    }

    /// What every cloud's command line is told.
    interface Given {
        List<String> commands();

        ProcessOptions process();
    }

    @Override
    public final ScriptOutputs run(P properties, TaskContext context) throws Exception {
        try (var task = runner.prepare(properties.process(), context)) {
            var before = signIn(properties, task);
            var lines = String.join("\n", task.render(properties.commands()));
            return task.run(task.shell(before + lines));
        }
    }

    /// Says who comes.
    ///
    /// @return lines that the shell runs before the commands; empty if none
    abstract String signIn(P properties, ScriptTask task) throws Exception;

    /// What `env` of the flow says stays.
    static void put(ScriptTask task, String variable, @Nullable String value) {
        if (value != null) {
            task.environment().putIfAbsent(variable, value);
        }
    }
}
