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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What scripts and commands of a language share: its program and its packages.
abstract class LanguageTask<P extends Record> implements TaskPlugin<P, ScriptOutputs> {
    private static final int NOT_FOUND = 127;

    /// What comes after the second part is a version of the same program.
    private static final Pattern VERSION = Pattern.compile("(\\d+(?:\\.\\d+)?)(?:\\.\\d+)*");

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

    /// The program that runs scripts, with its arguments, where a task says nothing of it.
    final List<String> command() {
        return command;
    }

    final List<String> command(PackageOptions packages, ScriptTask task)
            throws TaskFailedException {
        if (language == Language.JAVA && Language.needsJbang(packages)) {
            return Boolean.FALSE.equals(packages.quiet())
                    ? List.of("jbang")
                    : List.of("jbang", "--quiet");
        }
        var version = packages.pythonVersion();
        if (version == null || language != Language.PYTHON || !task.isProcess()) {
            return command;
        }
        var asked = VERSION.matcher(version.strip());
        if (!asked.matches()) {
            throw new TaskFailedException(
                    "Expected a `pythonVersion` such as 3.13 but got '%s'".formatted(version));
        }
        var other = new ArrayList<>(command);
        other.set(0, "python" + asked.group(1));
        return other;
    }

    /// Runs a command of the task; that the language's program isn't there is said in words.
    final ScriptOutputs run(ScriptTask task, List<String> whole, PackageOptions packages)
            throws Exception {
        try {
            return task.run(whole);
        } catch (TaskFailedException e) {
            boolean unfound = Integer.valueOf(NOT_FOUND).equals(e.outputs().get("exitCode"));
            if (unfound && language != null) {
                var program = command(packages, task).getFirst();
                if (task.lacks(program)) {
                    throw new TaskFailedException(language.lack(program), e.outputs());
                }
            }
            throw e;
        }
    }

    /// Has the packages there for what the task runs: those of a process are installed once for all
    /// tasks of the tenant that name the same; a container installs its own.
    ///
    /// @return what the shell runs before; empty if nothing
    final String install(PackageOptions packages, ScriptTask task, TaskContext context)
            throws IOException, InterruptedException, TaskFailedException {
        if (language != Language.PYTHON) {
            expectNone("packageManager", packages.packageManager());
            expectNone("pythonVersion", packages.pythonVersion());
        }
        var needed = packages.dependencies();
        if (needed == null || needed.isEmpty()) {
            return "";
        }
        if (language == null || !language.takesDependencies()) {
            throw new TaskFailedException("Expected no `dependencies`: there are none to install");
        }
        var wanted = task.render(needed).stream().map(String::strip).sorted().toList();
        var program = command(packages, task).getFirst();
        boolean byUv = packages.packageManager() == PackageOptions.PackageManager.UV;
        if (language == Language.PYTHON) {
            Language.nameIndexForBoth(task.environment());
        }
        Path folder;
        var before = "";
        if (!task.isProcess()) {
            folder = task.beside("dependencies");
            before = installLine(language, program, wanted, byUv, task);
        } else {
            boolean uv = byUv && !task.lacks(Language.UV);
            if (byUv && !uv) {
                context.log().warn("There is no 'uv' on this worker: pip installs `dependencies`");
            }
            Dependencies.Installer installer =
                    into -> task.runAside(language.install(program, wanted, into, uv));
            boolean shared =
                    packages.dependencyCacheEnabled()
                            && wanted.stream().noneMatch(LanguageTask::isFile);
            if (shared) {
                var what = new ArrayList<>(List.of(language.name(), program));
                what.addAll(wanted);
                task.environment()
                        .forEach((name, value) -> {
                            if (language.saysWhichPackages(name)) {
                                what.add(name + "=" + value);
                            }
                        });
                folder =
                        dependencies.get(
                                context.taskRun().tenant(), task.handOver(), what, installer);
            } else {
                folder = task.makeBeside("dependencies");
                installer.installInto(folder);
            }
        }
        task.prepend(language.searchPath(), language.packagesIn(folder).toString());
        return before;
    }

    /// What a container's shell runs to install them; what is printed then is of interest only if
    /// it fails.
    private static String installLine(
            Language language, String program, List<String> wanted, boolean byUv, ScriptTask task) {
        var folder = task.beside("dependencies");
        var install = ScriptTask.line(language.install(program, wanted, folder, false));
        var first = "";
        if (byUv) {
            first = "command -v uv >/dev/null || echo 'No uv is there: pip installs packages'\n";
            install =
                    "if command -v uv; then %s; else %s; fi"
                            .formatted(
                                    ScriptTask.line(
                                            language.install(program, wanted, folder, true)),
                                    install);
        }
        return first
                + "{ %1$s; } >'%2$s' 2>&1 || { cat '%2$s' >&2; exit 1; }\n"
                        .formatted(install, task.beside("made-ready.log"));
    }

    static void expectNone(String property, @Nullable Object value) throws TaskFailedException {
        if (value != null) {
            throw new TaskFailedException(
                    "Expected no `%s`: it isn't this language's".formatted(property));
        }
    }

    /// A file of the working directory is another one each time.
    private static boolean isFile(String dependency) {
        return dependency.startsWith(".")
                || dependency.startsWith("/")
                || dependency.startsWith("file:");
    }
}
