// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.docker.Engines;
import io.millrace.plugin.kit.InputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs `docker compose`, by the task runner as any command: Compose isn't in the engine's API.
@Plugin(
        type = "io.kestra.plugin.docker.cli.Compose",
        aliases = "io.kestra.plugin.docker.Compose",
        title = "Run Docker Compose",
        weight = 2)
public final class DockerCompose implements TaskPlugin<DockerCompose.Properties, ScriptOutputs> {
    private static final String IMAGE = "docker:27.5.1-cli";

    private ProcessRunner runner = ProcessRunner.plain();
    private Engines engines = new Engines(new PluginSettings(Map.of()));

    public record Properties(
            @Title("Compose file: what stands in it, its URI, or its path in the working directory")
                    @Late
                    @Nullable String composeFile,
            @Title("Several, in place of one; later ones add to those before") @Late
                    @Nullable List<String> composeFiles,
            @Title("Arguments, such as up and -d") @Late List<String> composeArgs,
            @Inline ProcessOptions process) {}

    @Override
    public void start(PluginSettings settings) {
        runner.close();
        runner = new ProcessRunner(Limits.of(settings), settings, IMAGE);
        engines = new Engines(settings);
    }

    @Override
    public void close() {
        runner.close();
    }

    @Override
    public ScriptOutputs run(Properties properties, TaskContext context) throws Exception {
        engines.requireCompose(context.taskRun().tenant());
        try (var task = runner.prepare(properties.process(), context)) {
            var command = new ArrayList<>(List.of("docker", "compose"));
            for (var file : files(properties)) {
                command.add("-f");
                command.add(put(task.render(file), command.size(), task, context));
            }
            command.addAll(task.render(properties.composeArgs()));
            if (task.isProcess()) {
                engines.host()
                        .ifPresent(host -> task.environment().putIfAbsent("DOCKER_HOST", host));
            }
            return task.run(task.shell(ScriptTask.line(command)));
        }
    }

    private static List<String> files(Properties properties) {
        if (properties.composeFiles() != null && !properties.composeFiles().isEmpty()) {
            return properties.composeFiles();
        }
        return properties.composeFile() == null ? List.of() : List.of(properties.composeFile());
    }

    /// @param given what stands in a file, its URI, or the path of one that is there
    /// @return its name in the working directory, which its relative paths begin at
    private static String put(String given, int number, ScriptTask task, TaskContext context)
            throws IOException, TaskFailedException {
        if (isThere(given.strip(), task)) {
            return given.strip();
        }
        var name = "compose-%d.yaml".formatted(number);
        // rendered already: it may have braces of its own
        InputFiles.put(
                Map.of(name, "{{ file }}"), task.directory(), Map.of("file", given), context);
        return name;
    }

    private static boolean isThere(String given, ScriptTask task) {
        try {
            var file = task.directory().resolve(given).normalize();
            return given.indexOf('\n') < 0
                    && file.startsWith(task.directory())
                    && Files.isRegularFile(file);
        } catch (InvalidPathException _) {
            return false;
        }
    }
}
