// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.kit.OutputLines;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Runs a command in a container that is made for it and removed after it.
public interface ContainerRunner {

    /// Runs it to its end; ends it if the task is killed or times out.
    ///
    /// @param lines takes what it prints
    /// @return its exit code
    /// @throws io.millrace.plugin.TaskFailedException if it doesn't come to run
    int run(Work work, OutputLines lines, TaskContext context) throws Exception;

    /// What is to be run. Files lie at the same paths in the container as here.
    ///
    /// @param command program and arguments
    /// @param environment variables beside those of the image
    /// @param home all below it is put into the container
    /// @param directory where the command runs
    /// @param bringsBack whether what lies in `directory` afterwards is brought back
    record Work(
            String image,
            List<String> command,
            Map<String, String> environment,
            Path home,
            Path directory,
            boolean bringsBack) {
        public Work {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }
}
