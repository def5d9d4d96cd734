// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class ScriptsTest {
    @TempDir Path directory;
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void context() {
        context = new FakeContext(directory);
    }

    private ScriptOutputs shell(String... commands) throws Exception {
        return shell(null, null, commands);
    }

    private ScriptOutputs shell(
            @Nullable Object inputFiles, @Nullable List<String> outputFiles, String... commands)
            throws Exception {
        try (var plugin = new ShellCommands()) {
            return plugin.run(
                    new CommandsProperties(
                            List.of(commands),
                            PackageOptions.NONE,
                            new ProcessOptions(
                                    null,
                                    List.of("/bin/sh", "-c"),
                                    Map.of("GREETING", "hello"),
                                    inputFiles,
                                    null,
                                    outputFiles,
                                    true,
                                    true,
                                    null,
                                    null,
                                    null,
                                    null,
                                    null)),
                    context);
        }
    }

    private static ScriptProperties python(
            String script, Map<String, String> env, @Nullable List<String> before) {
        return new ScriptProperties(
                script,
                PackageOptions.NONE,
                new ProcessOptions(
                        before,
                        List.of("/bin/sh", "-c"),
                        env,
                        null,
                        null,
                        null,
                        true,
                        true,
                        null,
                        null,
                        null,
                        null,
                        null));
    }

    @Test
    void printsGoToTheLogAndMessagesToOutputsAndMetrics() throws Exception {
        var outputs =
                shell(
                        "echo $GREETING",
                        "echo '::{\"outputs\":{\"a\":[1]},\"metrics\":[{\"name\":\"rows\","
                                + "\"type\":\"counter\",\"value\":2}]}::'",
                        "echo '::{\"logs\":[{\"level\":\"WARN\",\"message\":\"careful\"}]}::'");

        assertThat(context.lines).containsExactly("INFO hello", "WARN careful");
        assertThat(outputs.vars()).isEqualTo(Map.of("a", List.of(1)));
        assertThat(context.metrics).isEqualTo(Map.of("rows", 2.0));
        assertThat(context.warning).isFalse();
    }

    @Test
    void anErrorLineWarnsAndAnExitCodeFails() throws Exception {
        shell("echo oh >&2");
        assertThat(context.warning).isTrue();

        assertThatThrownBy(() -> shell("exit 7"))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsEntry("exitCode", 7))
                .hasMessage("Command failed with exit code 7");
    }

    @Test
    void theFirstCommandThatFailsEndsTheScript() {
        assertThatThrownBy(() -> shell("false", "echo on")).hasMessageContaining("exit code 1");
        assertThat(context.lines).isEmpty();
    }

    @Test
    void filesStayInTheWorkingDirectory() throws Exception {
        context.store("kestra:///in", "from storage");

        var outputs =
                shell(
                        Map.of("a/b.txt", "kestra:///in", "c.txt", "inline"),
                        List.of("**.txt"),
                        "cat a/b.txt >> c.txt",
                        "ln -s /etc/passwd evil.txt",
                        "test \"$PWD\" = {{ workingDir }}");

        assertThat(outputs.outputFiles()).containsOnlyKeys("a/b.txt", "c.txt");
        assertThat(context.stored())
                .containsEntry(URI.create("kestra:///c.txt"), "inlinefrom storage");
        assertThatThrownBy(() -> shell(Map.of("../x", "y"), null, "true"))
                .hasMessageContaining("in the working directory");
    }

    @Test
    void aCommandThatIsTooLongForAnArgumentRunsFromAFile() throws Exception {
        shell("echo begin", "# " + "x".repeat(300_000), "echo end");

        assertThat(context.lines).containsExactly("INFO begin", "INFO end");
    }

    @Test
    void whatAScriptLeavesBehindEndsWithIt() throws Exception {
        long started = System.nanoTime();

        shell("sleep 300 & echo started");

        assertThat(context.lines).containsExactly("INFO started");
        assertThat(System.nanoTime() - started).isLessThan(4_000_000_000L);
    }

    @Test
    void memoryIsLimited() throws Exception {
        try (var plugin = new PythonScript()) {
            plugin.start(new PluginSettings(Map.of("script.limits.memory", "200000000")));
            var hungry = python("x = bytearray(400_000_000)", Map.of(), null);

            assertThatThrownBy(() -> plugin.run(hungry, context))
                    .isInstanceOf(TaskFailedException.class);
        }
        assertThat(context.lines).anyMatch(line -> line.contains("MemoryError"));
    }

    @Test
    void aForkedPythonIsLikeAnyOther() throws Exception {
        var script =
                """
                import os, sys
                print(__name__, sys.argv, os.getcwd() == os.environ['WORKING_DIR'])
                print(sys.stdin.read() == '', len(os.listdir('/proc/self/fd')) <= 5)
                print(os.environ.get('A'), file=sys.stderr)
                def f():
                    return os.path.basename(__file__)
                print(f())
                sys.exit(4)
                """;
        for (var before : new String[] {null, "true"}) {
            try (var plugin = new PythonScript()) {
                plugin.start(new PluginSettings(Map.of()));
                var fresh = new FakeContext(directory);
                var properties =
                        python(script, Map.of("A", "b"), before == null ? null : List.of(before));

                assertThatThrownBy(() -> plugin.run(properties, fresh))
                        .hasMessage("Command failed with exit code 4");

                var path = directory.resolve("script.py");
                assertThat(fresh.lines)
                        .containsExactlyInAnyOrder(
                                "INFO __main__ ['" + path + "'] True",
                                "INFO True True",
                                "ERROR b",
                                "INFO script.py");
            }
        }
    }

    @Test
    void aSyntaxErrorIsShownAsPythonShowsIt() throws Exception {
        try (var plugin = new PythonScript()) {
            plugin.start(new PluginSettings(Map.of()));

            assertThatThrownBy(() -> plugin.run(python("x = (", Map.of(), null), context))
                    .hasMessage("Command failed with exit code 1");
        }
        assertThat(context.lines)
                .anyMatch(line -> line.contains("SyntaxError"))
                .noneMatch(line -> line.contains("<string>"));
    }

    @Test
    void aForkedPythonCanBeStopped() throws Exception {
        try (var plugin = new PythonScript()) {
            plugin.start(new PluginSettings(Map.of("script.kill-grace", "PT0.2S")));
            var endless =
                    python("import time\nprint('on')\nwhile True: time.sleep(1)", Map.of(), null);
            var task =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    plugin.run(endless, context);
                                } catch (InterruptedException e) {
                                    context.lines.add("interrupted");
                                } catch (Exception e) {
                                    context.lines.add("failed");
                                }
                            });
            await().until(() -> !context.lines.isEmpty());

            task.interrupt();

            await().untilAsserted(() -> assertThat(context.lines).contains("interrupted"));
            assertThat(context.lines).doesNotContain("failed");
        }
    }

    @Test
    void manyPythonsAtOnceKeepTheirOutputsApart() throws Exception {
        try (var plugin = new PythonScript()) {
            plugin.start(new PluginSettings(Map.of()));
            plugin.run(python("pass", Map.of(), null), new FakeContext(directory));
            var threads = new ArrayList<Thread>();
            var wrong = new ConcurrentLinkedQueue<String>();
            long started = System.nanoTime();
            for (int i = 0; i < 40; i++) {
                var own = new FakeContext(Files.createDirectory(directory.resolve("t" + i)));
                var script = "print(%d)".formatted(i);
                var expected = "INFO " + i;
                threads.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        plugin.run(python(script, Map.of(), null), own);
                                    } catch (Exception e) {
                                        wrong.add(e.toString());
                                    }
                                    if (!own.lines.equals(List.of(expected))) {
                                        wrong.add(own.lines + " for " + expected);
                                    }
                                }));
            }
            for (var thread : threads) {
                thread.join();
            }
            System.out.printf(
                    "40 Pythons at once: %d ms%n", (System.nanoTime() - started) / 1_000_000);
            started = System.nanoTime();
            for (int i = 0; i < 40; i++) {
                plugin.run(python("print(1)", Map.of(), null), new FakeContext(directory));
            }
            System.out.printf(
                    "40 Pythons in a row: %d ms%n", (System.nanoTime() - started) / 1_000_000);
            assertThat(wrong).isEmpty();
        }
    }

    /// What a script of somebody else's user sees of the worker.
    private List<String> asUser(String user, String... commands) throws Exception {
        try (var plugin = new ShellScript()) {
            plugin.start(new PluginSettings(Map.of("script.user", user)));
            plugin.run(python(String.join("\n", commands), Map.of(), null), context);
        }
        return context.lines.stream().map(line -> line.substring("INFO ".length())).toList();
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void aScriptOfARootWorkerRunsAsSomebodyElse() throws Exception {
        var lines =
                asUser(
                        "",
                        "echo as $(id -u) $(id -g) $(id -G)",
                        "cat /proc/$PPID/environ > stolen 2>/dev/null || echo no environment",
                        "cat /etc/shadow > stolen 2>/dev/null || echo no file",
                        "kill -0 $PPID 2>/dev/null || echo no signal",
                        "touch mine && echo works");

        assertThat(lines)
                .contains(
                        "as 65534 65534 65534", "no environment", "no file", "no signal", "works");
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void aTenantMayHaveAUserOfItsOwn() throws Exception {
        assertThat(asUser("70000-70009", "echo as $(id -u)")).contains("as 70000");
        assertThat(asUser("worker", "echo as $(id -u)")).contains("as 0");
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void pythonThatWasStartedBeforehandRunsAsSomebodyElseToo() throws Exception {
        try (var plugin = new PythonScript()) {
            plugin.start(new PluginSettings(Map.of()));
            plugin.run(
                    python(
                            """
                            import os
                            print("as", os.getuid(), os.getgid(), os.getgroups())
                            try:
                                open("/proc/%d/environ" % os.getppid()).read()
                            except PermissionError:
                                print("no environment")
                            try:
                                os.setuid(0)
                            except PermissionError:
                                print("no way back")
                            open("mine", "w").close()
                            """,
                            Map.of(), null),
                    context);
        }
        assertThat(context.lines)
                .contains("INFO as 65534 65534 []", "INFO no environment", "INFO no way back");
    }

    @Test
    void aLinkThatAScriptHasLeftIsNotFollowed() throws Exception {
        var outside = Files.createDirectory(directory.resolve("outside"));
        var work = Files.createDirectories(directory.resolve("work"));
        Files.createSymbolicLink(work.resolve("link"), outside);

        assertThatThrownBy(() -> shell(Map.of("link/file", "x"), null, "true"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("'link' is a link");
        assertThat(outside).isEmptyDirectory();
    }
}
