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
    private static final String DISCREET = "millrace_discreet";

    /// Names of the module that declares outputs.
    private static final List<String> MODULES = List.of("millrace", "kestra");

    /// Where Ansible looks for its plugins if nobody says.
    private static final String PLUGINS = "~/.ansible/plugins/%1$s:/usr/share/ansible/plugins/%1$s";

    /// What configurations name that were written for Kestra, whose own callback prints.
    private static final String SILENT = "ansible.builtin.null";

    private static final String RESULTS = "results.jsonl";
    private static final String LOG = "ansible.log";
    private static final String IMAGE = "cytopia/ansible:latest-tools";
    private static final String PROGRAM = "ansible-playbook";
    private static final int NOT_FOUND = 127;

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
            environment(task, properties, callbacks, library, context);
            var lines = String.join("\n", task.render(properties.commands()));
            var command = task.shell(requirements(task, properties) + lines);
            var results = task.beside(RESULTS);
            var log = task.beside(LOG);
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
                outputs.put(
                        "outputFiles",
                        withLog(e.outputs().get("outputFiles"), properties, log, context));
                boolean unfound = Integer.valueOf(NOT_FOUND).equals(e.outputs().get("exitCode"));
                throw new TaskFailedException(
                        unfound && task.lacks(PROGRAM)
                                ? "There is no '%s' on this worker: install Ansible (Debian: ansible-core), or run the task in a container, by `taskRunner` and a `containerImage` such as %s"
                                        .formatted(PROGRAM, IMAGE)
                                : String.valueOf(e.getMessage()),
                        outputs);
            }
        }
    }

    private static void environment(
            ScriptTask task,
            AnsibleProperties properties,
            Path callbacks,
            Path library,
            TaskContext context)
            throws IOException, TaskFailedException {
        var environment = task.environment();
        var file = task.directory().resolve("ansible.cfg");
        if (properties.ansibleConfig() != null) {
            // there, for what it names is relative to it
            Links.write(task.directory(), file, task.render(properties.ansibleConfig()));
            environment.put("ANSIBLE_CONFIG", file.toString());
        }
        var named = environment.get("ANSIBLE_CONFIG");
        var said =
                AnsibleConfiguration.read(named == null ? file : task.directory().resolve(named));
        environment.putIfAbsent("ANSIBLE_NOCOLOR", "1");
        environment.putIfAbsent("ANSIBLE_LOCAL_TEMP", task.beside("tmp").toString());
        environment.put("PYTHONUNBUFFERED", "1");
        if (!context.sharesDirectory()) {
            // roles and collections that are installed are no files of the task
            environment.putIfAbsent("ANSIBLE_HOME", task.beside("ansible").toString());
        }
        environment.putIfAbsent(
                "ANSIBLE_CALLBACK_PLUGINS",
                said.path("callback_plugins").orElse(PLUGINS.formatted("callback")));
        environment.compute("ANSIBLE_CALLBACK_PLUGINS", (_, own) -> callbacks + ":" + own);
        environment.putIfAbsent(
                "ANSIBLE_LIBRARY", said.path("library").orElse(PLUGINS.formatted("modules")));
        environment.compute("ANSIBLE_LIBRARY", (_, own) -> library + ":" + own);
        said.value("callbacks_enabled")
                .ifPresent(own -> environment.putIfAbsent("ANSIBLE_CALLBACKS_ENABLED", own));
        environment.merge("ANSIBLE_CALLBACKS_ENABLED", CALLBACK, (own, more) -> own + "," + more);
        if (properties.outputsMode() == AnsibleProperties.OutputsMode.EXPLICIT) {
            environment.put("ANSIBLE_STDOUT_CALLBACK", DISCREET);
        } else if (said.value("stdout_callback").orElse("").equals(SILENT)) {
            environment.putIfAbsent("ANSIBLE_STDOUT_CALLBACK", "default");
        }
        environment.put("MILLRACE_ANSIBLE_RESULTS", task.answer(RESULTS).toString());
        environment.put("MILLRACE_ANSIBLE_OUTPUTS", properties.outputsMode().name());
        if (properties.outputLogFile()) {
            environment.put("ANSIBLE_LOG_PATH", task.answer(LOG).toString());
        }
    }

    /// What the shell runs after `beforeCommands`: a file that they make counts, too.
    private static String requirements(ScriptTask task, AnsibleProperties properties) {
        var lines = new StringBuilder();
        var directory = task.directory();
        if (properties.autoInstallPythonRequirements()) {
            lines.append(
                    """
                    if [ -f '%1$s/requirements.txt' ]; then
                      (cd '%1$s' && python3 -m pip install --no-input --no-cache-dir \
                        --disable-pip-version-check --target '%2$s' -r requirements.txt) || exit
                      export PYTHONPATH='%2$s'"${PYTHONPATH:+:$PYTHONPATH}" PATH='%2$s/bin':"$PATH"
                    fi
                    """
                            .formatted(directory, task.beside("python")));
        }
        if (properties.autoInstallGalaxyRequirements()) {
            lines.append(
                    """
                    if [ -f '%1$s/requirements.yml' ]; then
                      (cd '%1$s' && ansible-galaxy install -r requirements.yml) || exit
                    fi
                    """
                            .formatted(directory));
        }
        return lines.toString();
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
                            "%d results are not in the outputs: there are more than %d, or %d characters"
                                    .formatted(
                                            said.left(),
                                            AnsibleResults.MOST,
                                            AnsibleResults.MOST_CHARACTERS));
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
            @Nullable Object stored, AnsibleProperties properties, Path log, TaskContext context)
            throws IOException {
        var all = new LinkedHashMap<String, URI>();
        if (stored instanceof Map<?, ?> files) {
            files.forEach((name, file) -> all.put(String.valueOf(name), (URI) file));
        }
        if (!properties.outputLogFile() || !Links.isFile(context.ownDirectory(), log)) {
            return all;
        }
        try (var content = Links.open(context.ownDirectory(), log)) {
            all.put("log", context.files().put("ansible.log", content));
        }
        return all;
    }
}
