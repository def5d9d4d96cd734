// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What tasks tell spark-submit is understood by Spark itself, in one process.
class SparkIT {
    /// Spark 4 takes 17 and 21: Hadoop calls what newer ones have no more.
    private static final Path JAVA = Path.of("/usr/lib/jvm/java-17-openjdk-amd64/bin/java");

    /// It sums what an executor has multiplied.
    private static final String SUM_JOB =
            """
            package samples;

            import java.util.List;
            import org.apache.spark.SparkConf;
            import org.apache.spark.api.java.JavaSparkContext;

            public class SumJob {
                public static void main(String[] arguments) {
                    int factor = Integer.parseInt(arguments[0]);
                    try (var spark = new JavaSparkContext(new SparkConf())) {
                        int sum = spark.parallelize(List.of(1, 2, 3, 4))
                                .map(number -> number * factor)
                                .reduce(Integer::sum);
                        System.out.println(spark.appName() + ": " + sum);
                    }
                }
            }
            """;

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() {
        assumeTrue(Files.isExecutable(JAVA), "Java 17 is installed");
        context = new FakeContext(directory);
    }

    /// As Spark's own script of that name starts it.
    private static String sparkSubmit() {
        return """
        #!/bin/sh
        exec '%s' -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' \\
          --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.lang.invoke=ALL-UNNAMED \\
          --add-opens=java.base/java.net=ALL-UNNAMED --add-opens=java.base/java.nio=ALL-UNNAMED \\
          --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \\
          org.apache.spark.deploy.SparkSubmit "$@"
        """
                .formatted(JAVA, classPath());
    }

    /// Of these tests, but for their log, which isn't Spark's.
    private static String classPath() {
        var all =
                Objects.requireNonNullElse(
                        System.getProperty("surefire.test.class.path"),
                        System.getProperty("java.class.path"));
        return Stream.of(all.split(File.pathSeparator))
                .filter(jar -> !jar.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Map<String, @Nullable Object> submit(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("master", "local[1]");
        all.put("name", "it's sums");
        all.put("configurations", Map.of("spark.ui.enabled", "false"));
        all.put("env", Map.of("SPARK_LOCAL_IP", "127.0.0.1"));
        all.put("sparkSubmitPath", "./spark-submit");
        all.put("inputFiles", Map.of("spark-submit", sparkSubmit()));
        all.put("beforeCommands", List.of("chmod +x spark-submit"));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    private void storeJob() throws IOException {
        var source = Files.writeString(directory.resolve("SumJob.java"), SUM_JOB);
        int compiled =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "--release",
                                "17",
                                "-cp",
                                classPath(),
                                "-d",
                                directory.resolve("classes").toString(),
                                source.toString());
        assertThat(compiled).isZero();
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes)) {
            jar.putNextEntry(new JarEntry("samples/SumJob.class"));
            jar.write(Files.readAllBytes(directory.resolve("classes/samples/SumJob.class")));
        }
        context.store("kestra:///sums.jar", bytes.toByteArray());
    }

    @Test
    void aJarIsRun() throws Exception {
        storeJob();

        var outputs =
                submit(
                        new SparkJar(),
                        "mainResource",
                        "kestra:///sums.jar",
                        "mainClass",
                        "samples.SumJob",
                        "args",
                        List.of("10"));

        assertThat(outputs).containsEntry("exitCode", 0);
        assertThat(context.lines).contains("INFO it's sums: 100");
    }

    @Test
    void whatSparkRefusesFailsTheTaskAndIsInItsLog() throws Exception {
        storeJob();

        assertThatThrownBy(() ->
                        submit(
                                new SparkJar(),
                                "mainResource",
                                "kestra:///sums.jar",
                                "mainClass",
                                "samples.Missing"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("Command failed with exit code 101");
        assertThat(context.lines)
                .anyMatch(line -> line.contains("Failed to load class samples.Missing"));
    }

    @Test
    void aScriptOfPythonThatFailsFailsTheTaskAndItsTextIsInTheLog() {
        assertThatThrownBy(() ->
                        submit(
                                new SparkPython(),
                                "mainScript",
                                "import orders\nraise SystemExit(orders.name() + ' is no table')",
                                "pythonFiles",
                                Map.of(
                                        "orders.py",
                                        context.store(
                                                        "kestra:///orders",
                                                        "def name(): return 'orders'\n")
                                                .toString())))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("Command failed with exit code 1");
        assertThat(context.lines).anyMatch(line -> line.contains("orders is no table"));
    }
}
