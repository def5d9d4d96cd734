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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs Ansible's commands. What each task did on each host is an output, also if the task fails: a
/// flow goes on with those hosts alone that it failed on.
@Plugin(
        type = "io.kestra.plugin.ansible.cli.AnsibleCLI",
        title = "Run Ansible playbooks and commands",
        weight = 2)
public final class AnsibleCli implements TaskPlugin<AnsibleProperties, AnsibleCli.Outputs> {
    private static final String CALLBACK = "millrace_results";
    private static final String DISCREET = "millrace_discreet";

    /// Names of the module that declares outputs.
    private static final List<String> MODULES = List.of("millrace", "kestra");

    /// Where Ansible looks for modules if nobody says.
    private static final String LIBRARY =
            "~/.ansible/plugins/modules:/usr/share/ansible/plugins/modules";

    private static final String CONFIGURATION = "ansible.cfg";
    private static final Pattern CONFIGURED_LIBRARY =
            Pattern.compile("(?m)^[ \\t]*library[ \\t]*[=:](.*)$");

    private static final String IMAGE = "cytopia/ansible:latest-tools";

    private ProcessRunner runner = ProcessRunner.plain();

    public record Outputs(
            @Title(
                            "What a command printed as `::{\"outputs\":{…}}::`, and `outputs`: what modules answered, or what playbooks declare")
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
            for (var plugin : List.of(CALLBACK, DISCREET)) {
                Files.write(callbacks.resolve(plugin + ".py"), source(plugin));
            }
            var library = Files.createDirectories(context.ownDirectory().resolve("library"));
            for (var module : MODULES) {
                Files.write(library.resolve(module + ".py"), source("millrace_declare"));
            }
            var results = callbacks.resolveSibling("results.jsonl");
            var log = callbacks.resolveSibling("ansible.log");
            environment(task, properties, callbacks, library, results, log);
            var command = task.shell(String.join("\n", task.render(properties.commands())));
            try {
                var done = task.run(command);
                var said = said(results, context);
                return new Outputs(
                        withOutputs(done.vars(), said, properties),
                        done.exitCode(),
                        withLog(done.outputFiles(), properties, log, context),
                        done.stdOutLineCount(),
                        done.stdErrLineCount(),
                        said.playbooks(),
                        said.stats());
            } catch (TaskFailedException e) {
                var said = said(results, context);
                var outputs = new LinkedHashMap<String, @Nullable Object>(e.outputs());
                outputs.put("vars", withOutputs(e.outputs().get("vars"), said, properties));
                outputs.put("playbooks", said.playbooks());
                outputs.put("stats", said.stats());
                outputs.put("outputFiles", withLog(Map.of(), properties, log, context));
                throw new TaskFailedException(String.valueOf(e.getMessage()), outputs);
            }
        }
    }

    private static void environment(
            ScriptTask task,
            AnsibleProperties properties,
            Path callbacks,
            Path library,
            Path results,
            Path log)
            throws IOException {
        var environment = task.environment();
        environment.putIfAbsent("ANSIBLE_NOCOLOR", "1");
        environment.putIfAbsent("ANSIBLE_LOCAL_TEMP", callbacks.resolveSibling("tmp").toString());
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("ANSIBLE_CALLBACK_PLUGINS", callbacks.toString());
        environment.merge("ANSIBLE_CALLBACKS_ENABLED", CALLBACK, (own, more) -> own + "," + more);
        environment.put("MILLRACE_ANSIBLE_RESULTS", results.toString());
        environment.put("MILLRACE_ANSIBLE_OUTPUTS", properties.outputsMode().name());
        if (properties.outputsMode() == AnsibleProperties.OutputsMode.EXPLICIT) {
            environment.put("ANSIBLE_STDOUT_CALLBACK", DISCREET);
        }
        if (properties.outputLogFile()) {
            environment.put("ANSIBLE_LOG_PATH", log.toString());
        }
        if (properties.ansibleConfig() != null) {
            var file = task.write(CONFIGURATION, properties.ansibleConfig());
            environment.put("ANSIBLE_CONFIG", file.toString());
        }
        environment.put(
                "ANSIBLE_LIBRARY",
                library + ":" + environment.getOrDefault("ANSIBLE_LIBRARY", ownLibrary(task)));
    }

    /// Where the configuration says that modules are: the variable would hide it.
    private static String ownLibrary(ScriptTask task) throws IOException {
        for (var place :
                List.of(task.beside(CONFIGURATION), task.directory().resolve(CONFIGURATION))) {
            if (Files.isRegularFile(place)) {
                var said = CONFIGURED_LIBRARY.matcher(Files.readString(place));
                return said.find()
                        ? Arrays.stream(said.group(1).strip().split(":"))
                                .map(path ->
                                        path.startsWith("~")
                                                ? path
                                                : place.resolveSibling(path).toString())
                                .collect(Collectors.joining(":"))
                        : LIBRARY;
            }
        }
        return LIBRARY;
    }

    private static byte[] source(String name) throws IOException {
        try (var source = AnsibleCli.class.getResourceAsStream(name + ".py")) {
            if (source == null) {
                throw new IOException("There is no %s.py".formatted(name));
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

    /// What a command prints by itself under that name stays.
    private static Map<String, @Nullable Object> withOutputs(
            @Nullable Object vars, AnsibleResults said, AnsibleProperties properties) {
        var all = new LinkedHashMap<String, @Nullable Object>();
        if (vars instanceof Map<?, ?> printed) {
            printed.forEach((name, value) -> all.put(String.valueOf(name), value));
        }
        all.putIfAbsent(
                "outputs",
                switch (properties.outputsMode()) {
                    case ALL -> said.answers();
                    case EXPLICIT -> said.declared();
                });
        return all;
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
