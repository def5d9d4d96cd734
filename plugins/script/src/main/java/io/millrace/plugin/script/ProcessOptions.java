// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Late;
import io.millrace.plugin.NamespaceFilesOptions;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What flows say of the process of a task that runs scripts or commands.
public record ProcessOptions(
        @Title("Commands to run before, in the same shell") @Late
                @Nullable List<String> beforeCommands,
        @Title("What gets the commands as its last argument") @Default("[\"/bin/sh\", \"-c\"]")
                List<String> interpreter,
        @Title("Environment variables") @Late @Nullable Map<String, String> env,
        @Title("Files to put into the working directory: their contents or URIs") @Late
                @Nullable Object inputFiles,
        @Title("Namespace files to put into the working directory, under the input files")
                @Nullable NamespaceFilesOptions namespaceFiles,
        @Title("Patterns of files of the working directory to store")
                @Nullable List<String> outputFiles,
        @Title("Whether the first command that fails ends the script") @Default("true")
                Boolean failFast,
        @Title("Whether lines on the standard error end the task as WARNING") @Default("true")
                Boolean warningOnStdErr,
        @Title("How the process is run") @Nullable TaskRunnerChoice taskRunner,
        @Title("The older way to choose a task runner") @Nullable String runner,
        @Title("Image for container task runners; a process needs none")
                @Nullable String containerImage,
        @Title("Options of container task runners; a process has none")
                @Nullable Map<String, @Nullable Object> docker,
        @Title("Operating system of the task runner") @Nullable String targetOS)
        implements ProcessProperties {

    ProcessOptions withInterpreter(List<String> other) {
        return with(other, containerImage);
    }

    /// @param other image, where the flow names none
    ProcessOptions withImage(String other) {
        boolean named = containerImage != null || (docker != null && docker.get("image") != null);
        return named ? this : with(interpreter, other);
    }

    private ProcessOptions with(List<String> otherInterpreter, @Nullable String otherImage) {
        return new ProcessOptions(
                beforeCommands,
                otherInterpreter,
                env,
                inputFiles,
                namespaceFiles,
                outputFiles,
                failFast,
                warningOnStdErr,
                taskRunner,
                runner,
                otherImage,
                docker,
                targetOS);
    }
}
