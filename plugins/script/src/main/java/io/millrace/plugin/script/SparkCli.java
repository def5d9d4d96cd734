// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;

/// Runs commands of Spark, such as `spark-submit`, in the worker's own installation or an image
/// that has it.
@Plugin(
        type = "io.kestra.plugin.spark.SparkCLI",
        title = "Run commands of Spark, such as spark-submit",
        weight = 2)
public final class SparkCli extends CommandsTask {
    public SparkCli() {
        super(SparkSubmit.IMAGE);
    }
}
