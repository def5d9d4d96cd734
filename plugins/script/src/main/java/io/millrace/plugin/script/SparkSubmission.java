// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What spark-submit is told, whatever the application is written in.
record SparkSubmission(
        @Title("Where it runs, such as spark://host:7077, yarn or local[*]") String master,
        @Title("Name of the application") @Nullable String name,
        @Title("Arguments of the application") @Nullable List<String> args,
        @Title("Files for the working directory of each executor: URIs by name") @Late
                @Nullable Map<String, String> appFiles,
        @Title("Configuration of Spark; no place for secrets: arguments are seen by others")
                @Nullable Map<String, String> configurations,
        @Title("CLIENT or CLUSTER: where the driver runs") @Default("CLIENT") DeployMode deployMode,
        @Title("Whether spark-submit says more") @Default("false") Boolean verbose,
        @Title("Path of spark-submit; that of the machine, or of Spark's image, if absent")
                @Nullable String sparkSubmitPath,
        @Inline ProcessOptions process) {

    /// Where the driver runs.
    public enum DeployMode {
        CLIENT,
        CLUSTER
    }
}
