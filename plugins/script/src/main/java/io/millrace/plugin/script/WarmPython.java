// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Python without its start-up: a process that has started and forks a child for each script.
///
/// It runs no script itself, so that each child begins as a fresh interpreter, and nothing that a
/// script does is seen by another.
final class WarmPython implements AutoCloseable {
    private final Limits limits;
    private final String command;
    private final boolean enabled;
    private @Nullable PythonFork fork;
    private @Nullable String executable;

    WarmPython(Limits limits, String command, boolean enabled) {
        this.limits = limits;
        this.command = command;
        this.enabled = enabled;
    }

    /// @return absent if it can't be done: then the script needs an interpreter of its own
    @Nullable ScriptProcess start(
            Path script,
            Path directory,
            Map<String, String> environment,
            ScriptUsers.@Nullable User user)
            throws InterruptedException {
        if (!enabled || needsOwn(environment)) {
            return null;
        }
        try {
            return fork().start(script, directory, environment, limits, user);
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean needsOwn(Map<String, String> environment) {
        return !Objects.equals(environment.get("PATH"), System.getenv("PATH"))
                || environment.keySet().stream()
                        .anyMatch(name -> name.startsWith("PYTHON") || name.startsWith("LD_"));
    }

    private synchronized PythonFork fork() throws IOException, InterruptedException {
        var current = fork;
        if (current == null || !current.isAlive()) {
            if (current != null) {
                current.close();
            }
            var found = executable == null ? findExecutable() : executable;
            executable = found;
            current = PythonFork.open(found);
            fork = current;
        }
        return current;
    }

    /// What the command really is: it may be a wrapper that takes longer than Python itself.
    private String findExecutable() throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(List.of(command, "-c", "import sys; print(sys.executable)"))
                        .redirectErrorStream(true)
                        .start();
        var answer =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        boolean answered =
                process.waitFor(10, TimeUnit.SECONDS)
                        && process.exitValue() == 0
                        && !answer.isEmpty();
        return answered ? answer : command;
    }

    @Override
    public synchronized void close() {
        if (fork != null) {
            fork.close();
            fork = null;
        }
    }
}
