// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Links;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.container.ContainerRunner;
import io.millrace.plugin.kit.InputFiles;
import io.millrace.plugin.kit.OutputFiles;
import io.millrace.plugin.kit.OutputLines;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One script: its directory, its environment, its processes.
///
/// The process runs in `work`, where input and output files lie; what belongs to the runner lies
/// beside it, so that no pattern finds it.
final class ScriptTask implements AutoCloseable {
    private static final int MOST_LINES_ASIDE = 1_000;
    private static final int LAST_LINES = 10;

    /// What a child keeps of the worker's environment. All else is the worker's own.
    private static final List<String> INHERITED = List.of("PATH", "LANG", "LC_ALL", "TZ");

    /// What is as the image says, if the image says what runs.
    private static final List<String> HOMES = List.of("HOME", "TMPDIR");

    private final Limits limits;
    private final @Nullable Contained contained;
    private final ExecutorService readers;
    private final ProcessProperties properties;
    private final TaskContext context;
    private final Path home;
    private final Path work;
    private final Map<String, @Nullable Object> variables;
    private final Map<String, String> environment;
    private final OutputLines lines;
    private final @Nullable ScriptFirewall firewall;
    private ScriptFirewall.@Nullable Watch watch;
    private final Map<String, Path> answers = new TreeMap<>();
    private boolean bringsBack;

    ScriptTask(
            Limits limits,
            @Nullable ScriptFirewall firewall,
            ExecutorService readers,
            ProcessProperties properties,
            @Nullable Contained contained,
            TaskContext context)
            throws IOException, TaskFailedException {
        this.contained = contained;
        this.limits = limits;
        this.firewall = firewall;
        this.readers = readers;
        this.properties = properties;
        this.context = context;
        this.home = context.ownDirectory();
        this.work =
                context.sharesDirectory()
                        ? context.workingDirectory()
                        : Files.createDirectories(home.resolve("work"));
        this.variables = Map.of("workingDir", work.toString(), "outputDir", work.toString());
        this.environment = makeEnvironment();
        this.lines = new OutputLines(context);
        if (properties.namespaceFiles() != null) {
            properties.namespaceFiles().copyTo(work, context);
        }
        InputFiles.put(properties.inputFiles(), work, variables, context);
    }

    private Map<String, String> makeEnvironment() throws TaskFailedException {
        var made = new TreeMap<String, String>();
        for (var name : INHERITED) {
            var value = System.getenv(name);
            if (value != null) {
                made.put(name, value);
            }
        }
        made.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin");
        made.putIfAbsent("LANG", "C.UTF-8");
        made.put("HOME", work.toString());
        made.put("TMPDIR", home.toString());
        made.put("WORKING_DIR", work.toString());
        made.put("OUTPUT_DIR", work.toString());
        var own = properties.env();
        if (own != null) {
            for (var entry : own.entrySet()) {
                made.put(entry.getKey(), render(entry.getValue()));
            }
        }
        made.put(ProcessTree.MARK, context.taskRun().taskRunId());
        return made;
    }

    Path directory() {
        return work;
    }

    Map<String, String> environment() {
        return environment;
    }

    String render(Object text) throws TaskFailedException {
        return context.render(String.valueOf(text), variables);
    }

    List<String> render(List<String> texts) throws TaskFailedException {
        var rendered = new ArrayList<String>(texts.size());
        for (var text : texts) {
            rendered.add(render(text));
        }
        return rendered;
    }

    /// Writes a file beside the working directory.
    Path write(String name, String content) throws IOException, TaskFailedException {
        var file = home.resolve(name);
        Links.write(home, file, content);
        return file;
    }

    /// A place beside the working directory.
    Path beside(String name) {
        return home.resolve(name);
    }

    Path makeBeside(String name) throws IOException {
        return Files.createDirectories(beside(name));
    }

    /// Where what runs tells the task something; it lies [#beside] under this name in the end.
    Path answer(String name) {
        if (isProcess()) {
            return beside(name);
        }
        // what lies in the working directory alone comes back from a container
        bringBack();
        return answers.computeIfAbsent(
                name, _ -> work.resolve(".%s-%s".formatted(UUID.randomUUID(), name)));
    }

    /// The task reads what lies in its working directory afterwards.
    void bringBack() {
        bringsBack = true;
    }

    /// Whether it runs on this machine rather than in a container.
    boolean isProcess() {
        return contained == null;
    }

    /// Whether this machine, where it runs, doesn't have a program.
    boolean lacks(String program) {
        if (!isProcess()) {
            return false;
        }
        return program.contains("/")
                ? !Files.isExecutable(Path.of(program))
                : Arrays.stream(environment.getOrDefault("PATH", "").split(":"))
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /// Puts a folder before the others of a search path.
    void prepend(String variable, String folder) {
        environment.merge(variable, folder, (others, own) -> own + ":" + others);
    }

    /// Runs what makes something ready for the task, as its user and within its limits; what it
    /// prints is logged as details.
    ///
    /// @throws TaskFailedException with the end of what it printed, if it fails
    void runAside(List<String> command)
            throws IOException, InterruptedException, TaskFailedException {
        var printed = home.resolve("made-ready.log");
        var builder =
                new ProcessBuilder(limits.wrap(command, handOver()))
                        .directory(work.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(printed.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        // what it keeps for itself is no file of the task
        builder.environment().put("HOME", home.toString());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new TaskFailedException("The process didn't start: " + e.getMessage(), e);
        }
        var tree = new ProcessTree(process.pid(), context.taskRun().taskRunId());
        int exitCode;
        try (var _ = context.onCancel(() -> tree.kill(limits.killGrace()))) {
            exitCode = process.waitFor();
            tree.endSession();
        } catch (InterruptedException e) {
            tree.kill(limits.killGrace());
            throw e;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        var last = new ArrayDeque<String>();
        try (var lines = Files.lines(printed, StandardCharsets.ISO_8859_1)) {
            lines.limit(MOST_LINES_ASIDE)
                    .forEach(line -> {
                        context.log().debug(line);
                        last.addLast(line);
                        if (last.size() > LAST_LINES) {
                            last.removeFirst();
                        }
                    });
        }
        if (exitCode != 0) {
            throw new TaskFailedException(
                    "%s failed with exit code %d: %s"
                            .formatted(command.getFirst(), exitCode, String.join("\n", last)));
        }
    }

    /// Whether nothing asks for a shell around the script, or for a special interpreter.
    boolean isPlain() {
        var before = properties.beforeCommands();
        return contained == null
                && (before == null || before.isEmpty())
                && properties.interpreter().equals(ProcessRunner.DEFAULT_INTERPRETER);
    }

    /// A command as a line of a shell, whatever its words have in them.
    static String line(List<String> command) {
        return command.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    /// The command that runs these lines in the interpreter, after those of `beforeCommands`.
    List<String> shell(String script) throws IOException, TaskFailedException {
        var text = new StringBuilder();
        var interpreter = properties.interpreter();
        boolean isShell = interpreter.getFirst().endsWith("sh");
        if (properties.failFast() && isShell) {
            text.append("set -e\n");
        }
        var before = properties.beforeCommands();
        if (before != null) {
            render(before).forEach(line -> text.append(line).append('\n'));
        }
        text.append(script);
        var command = new ArrayList<>(interpreter);
        // arguments are for everybody on the machine to see, and may not be long
        command.add(
                isShell ? ". '%s'".formatted(write("commands", text.toString())) : text.toString());
        return command;
    }

    /// Gives all that is there to the user that the script runs as, whom the firewall knows then.
    ///
    /// @return absent if that is the worker's
    /// @throws TaskFailedException if there is none for it, or he can't be kept to the egress
    ///   policy
    ScriptUsers.@Nullable User handOver() throws IOException, TaskFailedException {
        var user = limits.users().of(context.taskRun().tenant());
        if (user != null) {
            if (firewall != null && watch == null) {
                watch = firewall.keep(user.id());
            }
            Folders.handOver(home, user);
            if (!work.startsWith(home)) {
                Folders.handOver(work, user);
            }
        }
        return user;
    }

    ScriptOutputs run(List<String> command) throws Exception {
        if (contained != null) {
            return runIn(contained, command);
        }
        var builder = new ProcessBuilder(limits.wrap(command, handOver())).directory(work.toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new TaskFailedException("The process didn't start: " + e.getMessage(), e);
        }
        return watch(new ScriptProcess.Child(process));
    }

    private ScriptOutputs runIn(Contained place, List<String> command) throws Exception {
        var own = new TreeMap<>(environment);
        var given = properties.env() == null ? Map.<String, String>of() : properties.env();
        // those of the image
        Stream.concat(INHERITED.stream(), place.imagesOwn() ? HOMES.stream() : Stream.empty())
                .filter(name -> !given.containsKey(name))
                .forEach(own::remove);
        var patterns = properties.outputFiles();
        boolean back =
                bringsBack
                        || context.sharesDirectory()
                        || (patterns != null && !patterns.isEmpty());
        int exitCode =
                place.runner()
                        .run(
                                new ContainerRunner.Work(
                                        place.image(), command, own, home, work, back),
                                lines,
                                context);
        for (var answer : answers.entrySet()) {
            if (Files.isRegularFile(answer.getValue(), LinkOption.NOFOLLOW_LINKS)) {
                Files.move(
                        answer.getValue(),
                        beside(answer.getKey()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return ended(exitCode);
    }

    /// Reads what the process prints until it ends, and stores its files.
    ScriptOutputs watch(ScriptProcess process) throws Exception {
        var tree = new ProcessTree(process.pid(), context.taskRun().taskRunId());
        int exitCode;
        try (var _ = context.onCancel(() -> tree.kill(limits.killGrace()))) {
            var output = process.output();
            var errors = process.errors();
            var outputRead = readers.submit(() -> lines.read(output, false));
            var errorsRead = readers.submit(() -> lines.read(errors, true));
            try {
                exitCode = process.waitFor();
                // what the script left behind ends with it, and lets go of its pipes
                tree.endSession();
            } catch (InterruptedException e) {
                tree.kill(limits.killGrace());
                throw e;
            } finally {
                finish(outputRead, output);
                finish(errorsRead, errors);
            }
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return ended(exitCode);
    }

    private ScriptOutputs ended(int exitCode) throws IOException, TaskFailedException {
        var outputs =
                new ScriptOutputs(
                        lines.outputs(),
                        exitCode,
                        OutputFiles.store(properties.outputFiles(), work, context),
                        lines.lines(),
                        lines.errorLines());
        if (exitCode != 0) {
            throw new TaskFailedException(
                    "Command failed with exit code " + exitCode, outputs.toMap());
        }
        if (properties.warningOnStdErr() && lines.errorLines() > 0) {
            context.endWithWarning();
        }
        return outputs;
    }

    private static void finish(Future<?> reading, InputStream stream) throws Exception {
        try {
            reading.get(5, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            stream.close();
        } catch (InterruptedException _) {
            stream.close();
            Thread.currentThread().interrupt();
        }
    }

    /// The context deletes the directory.
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
