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

/// An application of Spark in a jar.
@Plugin(
        type = "io.kestra.plugin.spark.JarSubmit",
        title = "Submit an application in a jar to Spark",
        weight = 2)
public final class SparkJar extends SparkSubmit<SparkJar.Properties> {

    public record Properties(
            @Title("URI of the application's jar") @Late String mainResource,
            @Title("Its main class") String mainClass,
            @Title("Jars that it needs: URIs by name") @Late @Nullable Map<String, String> jars,
            @Inline SparkSubmission submission)
            implements Application {}

    @Override
    List<String> application(Properties properties, ScriptTask task, TaskContext context)
            throws IOException, TaskFailedException {
        var words = new ArrayList<String>();
        add(words, "--class", properties.mainClass());
        add(words, "--jars", files(properties.jars(), task, context));
        var jar = files(Map.of("app.jar", properties.mainResource()), task, context);
        words.add(String.valueOf(jar));
        return words;
    }
}
