// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.NamespaceFilesOptions;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import io.millrace.plugin.container.DockerRunner.Extras;
import io.millrace.plugin.docker.Engine;
import io.millrace.plugin.docker.Engines;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs what an image is for, with files in and out, to its end or beyond the task's.
@Plugin(
        type = "io.kestra.plugin.docker.cli.Run",
        aliases = "io.kestra.plugin.docker.Run",
        title = "Run a container")
public final class DockerRun implements TaskPlugin<DockerRun.Properties, DockerRun.Outputs> {
    private ProcessRunner runner = ProcessRunner.plain();
    private Engines engines = new Engines(new PluginSettings(Map.of()));

    public record Properties(
            @Inline Engine engine,
            @Title("Name of the image") String containerImage,
            @Title("Arguments for what the image runs") @Late @Nullable List<String> commands,
            @Title("In place of what the image runs") @Nullable List<String> entryPoint,
            @Title("As whom") @Nullable String user,
            @Title("Environment variables") @Late @Nullable Map<String, String> env,
            @Title("Files to put into the working directory: their contents or URIs") @Late
                    @Nullable Object inputFiles,
            @Title("Namespace files to put into the working directory, under the input files")
                    @Nullable NamespaceFilesOptions namespaceFiles,
            @Title("Patterns of files of the working directory to store")
                    @Nullable List<String> outputFiles,
            @Title("host:address") @Nullable List<String> extraHosts,
            @Title("none, or a network that the worker lets flows use")
                    @Nullable String networkMode,
            @Title("Ports of the machine, such as 8080:80, if the worker lets flows")
                    @Nullable List<String> portBindings,
            @Title("host:container, if the worker lets flows") @Nullable List<String> volumes,
            @Title("ALWAYS, IF_NOT_PRESENT or NEVER") @Default("IF_NOT_PRESENT") String pullPolicy,
            @Title("cpus") TaskRunnerChoice.@Nullable Cpu cpu,
            @Title("memory and memorySwap, such as 512MB") TaskRunnerChoice.@Nullable Memory memory,
            @Title("Devices such as GPUs, if the worker lets flows")
                    @Nullable List<TaskRunnerChoice.DeviceRequest> deviceRequests,
            @Title("Whether it has all the rights of the machine, if the worker lets flows")
                    @Nullable Boolean privileged,
            @Title("Size of /dev/shm, such as 128MB") @Nullable String shmSize,
            @Title("Whether lines on the standard error end the task as WARNING") @Default("false")
                    Boolean warningOnStdErr,
            @Title("Whether the task ends when the container does; else it goes on, see Stop")
                    @Default("true")
                    @JsonProperty("wait")
                    Boolean waits)
            implements Engine.At {

        private TaskRunnerChoice choice() {
            return new TaskRunnerChoice(
                    "docker",
                    engine.host(),
                    engine.config(),
                    null,
                    engine.credentials(),
                    user,
                    entryPoint,
                    extraHosts,
                    networkMode,
                    volumes,
                    pullPolicy,
                    cpu,
                    memory,
                    deviceRequests,
                    privileged,
                    shmSize,
                    true,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }

        private ProcessOptions process() {
            return new ProcessOptions(
                    null,
                    ProcessRunner.DEFAULT_INTERPRETER,
                    env,
                    inputFiles,
                    namespaceFiles,
                    waits ? outputFiles : null,
                    false,
                    warningOnStdErr,
                    null,
                    null,
                    containerImage,
                    null,
                    null);
        }
    }

    /// @param containerId what Stop and Rm name
    public record Ran(@Title("Id of the container") @Nullable String containerId) {}

    public record Outputs(@Inline ScriptOutputs script, @Title("What it ran in") Ran taskRunner) {}

    @Override
    public void start(PluginSettings settings) {
        runner.close();
        runner = new ProcessRunner(Limits.of(settings), settings);
        engines = new Engines(settings);
    }

    @Override
    public void close() {
        runner.close();
    }

    @Override
    public Outputs run(Properties properties, TaskContext context) throws Exception {
        var tenant = context.taskRun().tenant();
        engines.requireTasks(tenant);
        var extras =
                new Extras(true, !properties.waits(), engines.ports(properties.portBindings()));
        var docker = runner.runners().docker(properties.choice(), extras, tenant);
        var place = new Contained(docker, properties.containerImage().strip(), true);
        try (var task = runner.prepare(properties.process(), place, context)) {
            var commands = properties.commands();
            var outputs = task.run(commands == null ? List.of() : task.render(commands));
            return new Outputs(outputs, new Ran(docker.container()));
        }
    }
}
