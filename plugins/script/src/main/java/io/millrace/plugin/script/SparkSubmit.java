// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.InputFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Hands an application to spark-submit.
///
/// @see <a href="https://spark.apache.org/docs/latest/submitting-applications.html">Submitting
///   Applications</a>
abstract class SparkSubmit<P extends Record & SparkSubmit.Application>
        implements TaskPlugin<P, ScriptOutputs> {
    static final String IMAGE = "apache/spark:4.0.1";
    private static final String OF_THE_IMAGE = "/opt/spark/bin/spark-submit";

    private ProcessRunner runner = ProcessRunner.plain();

    /// What all of them take.
    interface Application {
        SparkSubmission submission();
    }

    @Override
    public void start(PluginSettings settings) {
        runner.close();
        runner = new ProcessRunner(Limits.of(settings), settings, IMAGE);
    }

    @Override
    public void close() {
        runner.close();
    }

    @Override
    public ScriptOutputs run(P properties, TaskContext context) throws Exception {
        var submission = properties.submission();
        try (var task = runner.prepare(submission.process(), context)) {
            var command = new ArrayList<String>();
            var path = submission.sparkSubmitPath();
            command.add(path != null ? path : task.isProcess() ? "spark-submit" : OF_THE_IMAGE);
            add(command, "--master", submission.master());
            add(command, "--deploy-mode", submission.deployMode().name().toLowerCase(Locale.ROOT));
            add(command, "--name", submission.name());
            if (submission.verbose()) {
                command.add("--verbose");
            }
            if (submission.configurations() != null) {
                submission
                        .configurations()
                        .forEach((name, value) -> add(command, "--conf", name + "=" + value));
            }
            add(command, "--files", files(submission.appFiles(), task, context));
            command.addAll(application(properties, task, context));
            if (submission.args() != null) {
                command.addAll(submission.args());
            }
            return task.run(task.shell(ScriptTask.line(command)));
        }
    }

    /// The application's own options, and the file that it is.
    abstract List<String> application(P properties, ScriptTask task, TaskContext context)
            throws IOException, TaskFailedException;

    static void add(List<String> command, String option, @Nullable String value) {
        if (value != null) {
            command.add(option);
            command.add(value);
        }
    }

    /// Puts files into the working directory.
    ///
    /// @param files URIs by name, as written
    /// @return their paths, separated by commas, or nothing
    static @Nullable String files(
            @Nullable Map<String, String> files, ScriptTask task, TaskContext context)
            throws IOException, TaskFailedException {
        if (files == null || files.isEmpty()) {
            return null;
        }
        InputFiles.put(files, task.directory(), Map.of(), context);
        return task.render(List.copyOf(files.keySet())).stream()
                .map(name -> task.directory().resolve(name).toString())
                .collect(Collectors.joining(","));
    }
}
