// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs Ansible's commands. What each task did on each host is an output, also if the task fails: a
/// flow goes on with those hosts alone that it failed on.
@Plugin(
        type = "io.kestra.plugin.ansible.cli.AnsibleCLI",
        title = "Run Ansible playbooks and commands",
        weight = 2)
public final class AnsibleCli implements TaskPlugin<AnsibleProperties, AnsibleCli.Outputs> {
    private static final String CALLBACK = "millrace_results";

    private static final String IMAGE = "cytopia/ansible:latest-tools";

    private ProcessRunner runner = ProcessRunner.plain();

    public record Outputs(
            @Title("What a command printed as `::{\"outputs\":{…}}::`")
                    Map<String, @Nullable Object> vars,
            @Title("Exit code") int exitCode,
            @Title("Stored files by their names") Map<String, URI> outputFiles,
            @Title("Lines on the standard output") int stdOutLineCount,
            @Title("Lines on the standard error") int stdErrLineCount,
            @Title("Playbooks, their plays, tasks, and results by host")
                    List<AnsibleResults.Playbook> playbooks,
            @Title("How many tasks ended how, by host")
                    Map<String, Map<String, @Nullable Object>> stats) {}

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
    public Outputs run(AnsibleProperties properties, TaskContext context) throws Exception {
        try (var task = runner.prepare(properties, context)) {
            var callbacks = Files.createDirectories(context.ownDirectory().resolve("callbacks"));
            Files.write(callbacks.resolve(CALLBACK + ".py"), callback());
            var results = callbacks.resolveSibling("results.jsonl");
            var log = callbacks.resolveSibling("ansible.log");
            environment(task, properties, callbacks, results, log);
            var command = task.shell(String.join("\n", task.render(properties.commands())));
            try {
                var done = task.run(command);
                var said = said(results, context);
                return new Outputs(
                        done.vars(),
                        done.exitCode(),
                        withLog(done.outputFiles(), properties, log, context),
                        done.stdOutLineCount(),
                        done.stdErrLineCount(),
                        said.playbooks(),
                        said.stats());
            } catch (TaskFailedException e) {
                var said = said(results, context);
                var outputs = new LinkedHashMap<String, @Nullable Object>(e.outputs());
                outputs.put("playbooks", said.playbooks());
                outputs.put("stats", said.stats());
                outputs.put("outputFiles", withLog(Map.of(), properties, log, context));
                throw new TaskFailedException(String.valueOf(e.getMessage()), outputs);
            }
        }
    }

    private static void environment(
            ScriptTask task, AnsibleProperties properties, Path callbacks, Path results, Path log)
            throws IOException {
        var environment = task.environment();
        environment.putIfAbsent("ANSIBLE_NOCOLOR", "1");
        environment.putIfAbsent("ANSIBLE_LOCAL_TEMP", callbacks.resolveSibling("tmp").toString());
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("ANSIBLE_CALLBACK_PLUGINS", callbacks.toString());
        environment.merge("ANSIBLE_CALLBACKS_ENABLED", CALLBACK, (own, more) -> own + "," + more);
        environment.put("MILLRACE_ANSIBLE_RESULTS", results.toString());
        if (properties.outputLogFile()) {
            environment.put("ANSIBLE_LOG_PATH", log.toString());
        }
        if (properties.ansibleConfig() != null) {
            var file = task.write("ansible.cfg", properties.ansibleConfig());
            environment.put("ANSIBLE_CONFIG", file.toString());
        }
    }

    private static byte[] callback() throws IOException {
        try (var source = AnsibleCli.class.getResourceAsStream(CALLBACK + ".py")) {
            if (source == null) {
                throw new IOException("The callback plugin is missing");
            }
            return source.readAllBytes();
        }
    }

    private static AnsibleResults said(Path results, TaskContext context) throws IOException {
        var said = AnsibleResults.read(results);
        if (said.left() > 0) {
            context.log()
                    .warn(
                            "%d results are not in the outputs: there are more than %d"
                                    .formatted(said.left(), AnsibleResults.MOST));
        }
        return said;
    }

    private static Map<String, URI> withLog(
            Map<String, URI> stored, AnsibleProperties properties, Path log, TaskContext context)
            throws IOException {
        if (!properties.outputLogFile() || !Files.exists(log)) {
            return stored;
        }
        var all = new LinkedHashMap<>(stored);
        try (var content = Files.newInputStream(log)) {
            all.put("log", context.files().put("ansible.log", content));
        }
        return all;
    }
}
