// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Runs commands as processes of this machine, or in containers.
final class ProcessRunner implements AutoCloseable {
    private final Limits limits;
    private final Runners runners;
    private @Nullable ScriptFirewall firewall;

    /// Threads of the system, for reading a pipe blocks one.
    private final ExecutorService readers =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("script-output-", 0).factory());

    ProcessRunner(Limits limits, PluginSettings settings) {
        this(limits, settings, null);
    }

    /// @param image where neither the task nor the operator names one
    ProcessRunner(Limits limits, PluginSettings settings, @Nullable String image) {
        this.limits = limits;
        this.runners = new Runners(limits, settings, image);
        this.firewall = ScriptFirewall.of(settings, limits.users());
    }

    /// Of a worker that nothing was set for.
    static ProcessRunner plain() {
        return new ProcessRunner(Limits.DEFAULT, new PluginSettings(Map.of()));
    }

    /// Makes the working directory and the environment of one task.
    ///
    /// @throws TaskFailedException if it asks for what isn't there
    ScriptTask prepare(ProcessProperties properties, TaskContext context) throws Exception {
        return prepare(properties, runners.of(properties, context), context);
    }

    ScriptTask prepare(
            ProcessProperties properties, @Nullable Contained contained, TaskContext context)
            throws IOException, TaskFailedException {
        return new ScriptTask(limits, firewall, readers, properties, contained, context);
    }

    Runners runners() {
        return runners;
    }

    /// Scripts that it runs have ended.
    @Override
    public void close() {
        if (firewall != null) {
            firewall.close();
            firewall = null;
        }
    }

    static final List<String> DEFAULT_INTERPRETER = List.of("/bin/sh", "-c");
}
