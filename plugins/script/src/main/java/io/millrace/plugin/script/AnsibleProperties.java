// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Late;
import io.millrace.plugin.NamespaceFilesOptions;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Properties of a task that runs Ansible.
public record AnsibleProperties(
        @Title("Commands, such as ansible-playbook -i inventory.ini site.yml") @Late
                List<String> commands,
        @Title("Commands to run before, in the same shell") @Late
                @Nullable List<String> beforeCommands,
        @Title("What gets the commands as its last argument") @Default("[\"/bin/sh\", \"-c\"]")
                List<String> interpreter,
        @Title(
                        "Whether Python packages of requirements.txt in the working directory are installed before the commands")
                @Default("true")
                Boolean autoInstallPythonRequirements,
        @Title(
                        "Whether roles and collections of requirements.yml in the working directory are installed before the commands")
                @Default("true")
                Boolean autoInstallGalaxyRequirements,
        @Title("Content of ansible.cfg") @Late @Nullable String ansibleConfig,
        @Title(
                        "What of playbooks is an output and printed: ALL, what modules answered on each host; EXPLICIT, what the module `millrace` (or `kestra`) declares, and whether something changed or failed")
                @Default("ALL")
                OutputsMode outputsMode,
        @Title("Whether Ansible's log is stored, as `log` of the output files") @Default("false")
                Boolean outputLogFile,
        @Title("Environment variables") @Late @Nullable Map<String, String> env,
        @Title("Files to put into the working directory: their contents or URIs") @Late
                @Nullable Object inputFiles,
        @Title("Namespace files to put into the working directory, under the input files")
                @Nullable NamespaceFilesOptions namespaceFiles,
        @Title("Patterns of files of the working directory to store")
                @Nullable List<String> outputFiles,
        @Title("Whether the first command that fails ends the script") @Default("true")
                Boolean failFast,
        @Title("Whether lines on the standard error end the task as WARNING") @Default("false")
                Boolean warningOnStdErr,
        @Title("How the process is run") @Nullable TaskRunnerChoice taskRunner,
        @Title("The older way to choose a task runner") @Nullable String runner,
        @Title("Image for container task runners; a process needs none")
                @Nullable String containerImage,
        @Title("Options of container task runners; a process has none")
                @Nullable Map<String, @Nullable Object> docker)
        implements ProcessProperties {

    /// What of playbooks is an output.
    public enum OutputsMode {
        ALL,
        EXPLICIT
    }
}
