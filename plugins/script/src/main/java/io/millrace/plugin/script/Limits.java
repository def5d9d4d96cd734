// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a script may use; 0 is without limit.
///
/// @param memoryBytes private memory of each of its processes
/// @param processes of the worker's user at once; the system doesn't limit root
/// @param fileBytes of each file that it writes
/// @param killGrace from asking its processes to end to ending them
/// @param users as whom it runs
record Limits(
        long memoryBytes, long processes, long fileBytes, Duration killGrace, ScriptUsers users) {
    static final Limits DEFAULT =
            new Limits(4L << 30, 4096, 10L << 30, Duration.ofSeconds(5), ScriptUsers.NONE);

    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    static Limits of(PluginSettings settings) {
        return new Limits(
                settings.number("script.limits.memory", DEFAULT.memoryBytes),
                settings.number("script.limits.processes", DEFAULT.processes),
                settings.number("script.limits.file-size", DEFAULT.fileBytes),
                settings.duration("script.kill-grace", DEFAULT.killGrace),
                ScriptUsers.of(settings));
    }

    /// Puts in front of a command what limits it and makes it the leader of a session, by which all
    /// of its processes are found.
    List<String> wrap(List<String> command, ScriptUsers.@Nullable User user) {
        var wrapped = new ArrayList<String>();
        if (Files.isExecutable(SETSID)) {
            wrapped.add(SETSID.toString());
        }
        if (Files.isExecutable(PRLIMIT)) {
            wrapped.add(PRLIMIT.toString());
            wrapped.add("--core=0");
            add(wrapped, "--data=", memoryBytes);
            add(wrapped, "--nproc=", processes);
            add(wrapped, "--fsize=", fileBytes);
            wrapped.add("--");
        }
        if (user != null) {
            wrapped.addAll(ScriptUsers.as(user));
        }
        wrapped.addAll(command);
        return wrapped;
    }

    private static void add(List<String> command, String option, long value) {
        if (value > 0) {
            command.add(option + value);
        }
    }
}
