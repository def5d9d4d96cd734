// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Links;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs dbt. What came of each node is an output, also if the task fails.
@Plugin(type = "io.kestra.plugin.dbt.cli.DbtCLI", title = "Run commands of dbt", weight = 2)
public final class DbtCli implements TaskPlugin<DbtProperties, DbtCli.Outputs> {
    private static final long LARGEST_RESULTS = 64L << 20;

    private ProcessRunner runner = ProcessRunner.plain();

    /// What came of one node.
    public record Node(
            @Title("Its id, such as model.shop.orders") String id,
            @Title("success, error, fail, pass, skipped, warn") String status,
            @Title("How long it took, in seconds") double seconds,
            @Title("What dbt says of it") @Nullable String message) {}

    public record Outputs(
            @Title("What a command printed as `::{\"outputs\":{…}}::`")
                    Map<String, @Nullable Object> vars,
            @Title("Exit code") int exitCode,
            @Title("Stored files by their names") Map<String, URI> outputFiles,
            @Title("Lines on the standard output") int stdOutLineCount,
            @Title("Lines on the standard error") int stdErrLineCount,
            @Title("What came of each node of the last command") List<Node> nodes,
            @Title("How many nodes ended how") Map<String, Integer> counts) {}

    @Override
    public void start(PluginSettings settings) {
        runner.close();
        runner =
                new ProcessRunner(Limits.of(settings), settings, DbtProperties.Engine.CORE.image());
    }

    @Override
    public void close() {
        runner.close();
    }

    @Override
    public Outputs run(DbtProperties properties, TaskContext context) throws Exception {
        var process = properties.process();
        if (properties.engine() != DbtProperties.Engine.CORE) {
            process = process.withImage(properties.engine().image());
        }
        try (var task = runner.prepare(process, context)) {
            if (properties.profiles() != null) {
                // beside the working directory: it has passwords, and no pattern finds it
                var profiles = Files.createDirectories(context.ownDirectory().resolve("dbt"));
                Files.writeString(
                        profiles.resolve("profiles.yml"), task.render(properties.profiles()));
                task.environment().put("DBT_PROFILES_DIR", profiles.toString());
            }
            task.bringBack();
            var project = project(task.directory(), properties.projectDir());
            task.environment().put("DBT_PROJECT_DIR", project.toString());
            task.environment().putIfAbsent("DBT_USE_COLORS", "False");
            if (properties.logFormat() == DbtProperties.LogFormat.TEXT
                    || properties.logFormat() == DbtProperties.LogFormat.DEBUG) {
                var format = properties.logFormat().name().toLowerCase(Locale.ROOT);
                task.environment().putIfAbsent("DBT_LOG_FORMAT", format);
            }
            if (properties.loadManifest() != null) {
                properties.loadManifest().load(task.directory(), project, context);
            }
            var command = task.shell(String.join("\n", task.render(properties.commands())));
            try {
                var done = task.run(command);
                var nodes = nodes(task.directory(), project, properties, context);
                return new Outputs(
                        done.vars(),
                        done.exitCode(),
                        made(done.outputFiles(), task.directory(), project, properties, context),
                        done.stdOutLineCount(),
                        done.stdErrLineCount(),
                        nodes,
                        counts(nodes));
            } catch (TaskFailedException e) {
                var nodes = nodes(task.directory(), project, properties, context);
                var outputs = new LinkedHashMap<String, @Nullable Object>(e.outputs());
                outputs.put("nodes", nodes);
                outputs.put("counts", counts(nodes));
                throw new TaskFailedException(String.valueOf(e.getMessage()), outputs);
            }
        }
    }

    /// Adds what dbt says of the run, and keeps the manifest if the flow wants that.
    private static Map<String, URI> made(
            Map<String, URI> asked,
            Path directory,
            Path project,
            DbtProperties properties,
            TaskContext context)
            throws IOException, TaskFailedException {
        var all = new LinkedHashMap<>(asked);
        for (var name : List.of("manifest.json", "run_results.json")) {
            var file = project.resolve("target").resolve(name);
            if (!Links.isFile(directory, file)) {
                continue;
            }
            try (var content = Links.open(directory, file)) {
                all.put(name, context.files().put(name, content));
            }
            if (name.equals("manifest.json") && properties.storeManifest() != null) {
                try (var content = Links.open(directory, file)) {
                    properties.storeManifest().store(content, context);
                }
            }
        }
        return all;
    }

    private static Path project(Path directory, @Nullable String named) throws TaskFailedException {
        var project = named == null ? directory : directory.resolve(named).normalize();
        if (!project.startsWith(directory)) {
            throw new TaskFailedException(
                    "Expected a folder of the working directory in projectDir but got '%s'"
                            .formatted(named));
        }
        return project;
    }

    private static List<Node> nodes(
            Path directory, Path project, DbtProperties properties, TaskContext context)
            throws IOException {
        var file = project.resolve("target/run_results.json");
        if (!properties.parseRunResults()
                || !Links.isFile(directory, file)
                || Files.size(file) > LARGEST_RESULTS) {
            return List.of();
        }
        var nodes = new ArrayList<Node>();
        try (var content = Links.open(directory, file)) {
            for (var result : JsonMapper.shared().readTree(content).path("results")) {
                var id = result.path("unique_id").asString("");
                var status = result.path("status").asString("");
                double seconds = result.path("execution_time").asDouble(0);
                JsonNode message = result.path("message");
                nodes.add(
                        new Node(
                                id,
                                status,
                                seconds,
                                message.isString() ? message.stringValue() : null));
            }
        } catch (JacksonException e) {
            context.log().warn("Expected JSON in run_results.json: " + e.getOriginalMessage());
        }
        return nodes;
    }

    private static Map<String, Integer> counts(List<Node> nodes) {
        var counts = new TreeMap<String, Integer>();
        nodes.forEach(node -> counts.merge(node.status(), 1, Integer::sum));
        return counts;
    }
}
