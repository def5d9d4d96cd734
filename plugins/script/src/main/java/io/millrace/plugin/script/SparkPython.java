// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An application of Spark in Python.
@Plugin(
        type = "io.kestra.plugin.spark.PythonSubmit",
        title = "Submit an application in Python to Spark",
        weight = 2)
public final class SparkPython extends SparkSubmit<SparkPython.Properties> {

    public record Properties(
            @Title("The script") @Late String mainScript,
            @Title("Files that it imports: URIs by name") @Late
                    @Nullable Map<String, String> pythonFiles,
            @Inline SparkSubmission submission)
            implements Application {}

    @Override
    List<String> application(Properties properties, ScriptTask task, TaskContext context)
            throws IOException, TaskFailedException {
        var words = new ArrayList<String>();
        add(words, "--py-files", files(properties.pythonFiles(), task, context));
        words.add(task.write("main.py", task.render(properties.mainScript())).toString());
        return words;
    }
}
