// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What scripts and commands of a language share: its program and its packages.
abstract class LanguageTask<P extends Record> implements TaskPlugin<P, ScriptOutputs> {
    private static final int NOT_FOUND = 127;
    private static final PluginSettings NOTHING_SET = new PluginSettings(Map.of());

    private final @Nullable Language language;
    private final String image;
    private ProcessRunner runner = ProcessRunner.plain();
    private Dependencies dependencies = Dependencies.of(NOTHING_SET);
    private List<String> command;

    LanguageTask(Language language) {
        this(language, language.image());
    }

    /// @param language absent: there are no packages
    /// @param image for containers, where nobody names one
    LanguageTask(@Nullable Language language, String image) {
        this.language = language;
        this.image = image;
        command = language == null ? List.of() : language.command(NOTHING_SET);
    }

    @Override
    public void start(PluginSettings settings) {
        runner.close();
        runner = new ProcessRunner(Limits.of(settings), settings, image);
        dependencies = Dependencies.of(settings);
        if (language != null) {
            command = language.command(settings);
        }
    }

    @Override
    public void close() {
        runner.close();
    }

    final ScriptTask prepare(ProcessOptions options, TaskContext context) throws Exception {
        return runner.prepare(options, context);
    }

    /// The program that runs scripts, with its arguments.
    final List<String> command() {
        return command;
    }

    /// Runs a command of the task; that the language's program isn't there is said in words.
    final ScriptOutputs run(ScriptTask task, List<String> whole) throws Exception {
        try {
            return task.run(whole);
        } catch (TaskFailedException e) {
            boolean unfound = Integer.valueOf(NOT_FOUND).equals(e.outputs().get("exitCode"));
            if (unfound && language != null && task.lacks(command.getFirst())) {
                throw new TaskFailedException(language.lack(command.getFirst()), e.outputs());
            }
            throw e;
        }
    }

    /// Has the packages there for what the task runs: those of a process are installed once for all
    /// tasks of the tenant that name the same; a container installs its own.
    ///
    /// @param packages as written; absent or empty if none are needed
    /// @return what the shell runs before; empty if nothing
    final String install(@Nullable List<String> packages, ScriptTask task, TaskContext context)
            throws IOException, InterruptedException, TaskFailedException {
        if (packages == null || packages.isEmpty()) {
            return "";
        }
        if (language == null || !language.takesDependencies()) {
            throw new TaskFailedException("Expected no `dependencies`: there are none to install");
        }
        var wanted = task.render(packages).stream().map(String::strip).sorted().toList();
        var program = command.getFirst();
        Path folder;
        var line = "";
        if (!task.isProcess()) {
            folder = task.beside("dependencies");
            line = ScriptTask.line(language.install(program, wanted, folder)) + " >&2 || exit 1\n";
        } else if (wanted.stream().anyMatch(LanguageTask::isFile)) {
            folder = task.makeBeside("dependencies");
            task.runAside(language.install(program, wanted, folder));
        } else {
            var what = new ArrayList<>(List.of(language.name(), program));
            what.addAll(wanted);
            folder =
                    dependencies.get(
                            context.taskRun().tenant(),
                            task.handOver(),
                            what,
                            making -> task.runAside(language.install(program, wanted, making)));
        }
        task.prepend(language.searchPath(), language.packagesIn(folder).toString());
        return line;
    }

    /// A file of the working directory is another one each time.
    private static boolean isFile(String dependency) {
        return dependency.startsWith(".")
                || dependency.startsWith("/")
                || dependency.startsWith("file:");
    }
}
