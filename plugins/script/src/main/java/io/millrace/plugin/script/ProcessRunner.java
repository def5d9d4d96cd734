// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Runs commands as processes of this machine.
final class ProcessRunner {
    private final Limits limits;

    /// Threads of the system, for reading a pipe blocks one.
    private final ExecutorService readers =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("script-output-", 0).factory());

    ProcessRunner(Limits limits) {
        this.limits = limits;
    }

    /// Makes the working directory and the environment of one task.
    ///
    /// @throws TaskFailedException if it asks for what isn't there
    ScriptTask prepare(ProcessProperties properties, TaskContext context) throws Exception {
        var choice = properties.taskRunner();
        var runner = choice == null ? null : choice.type();
        if (runner != null && !runner.equals(TaskRunnerChoice.PROCESS)) {
            throw new TaskFailedException(
                    "Expected task runner %s but got %s"
                            .formatted(TaskRunnerChoice.PROCESS, runner));
        }
        if (properties.runner() != null && !"PROCESS".equals(properties.runner())) {
            throw new TaskFailedException("Expected runner PROCESS but got " + properties.runner());
        }
        return new ScriptTask(limits, readers, properties, context);
    }

    static final List<String> DEFAULT_INTERPRETER = List.of("/bin/sh", "-c");
}
