// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.util.List;

/// An application of Spark in R.
@Plugin(
        type = "io.kestra.plugin.spark.RSubmit",
        title = "Submit an application in R to Spark",
        weight = 2)
public final class SparkR extends SparkSubmit<SparkR.Properties> {

    public record Properties(
            @Title("The script") @Late String mainScript, @Inline SparkSubmission submission)
            implements Application {}

    @Override
    List<String> application(Properties properties, ScriptTask task, TaskContext context)
            throws IOException, TaskFailedException {
        return List.of(task.write("main.R", task.render(properties.mainScript())).toString());
    }
}
