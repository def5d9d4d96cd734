// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Scripts of other languages: with what a machine that builds this has, Node, Perl and a JDK, and
/// with those that it may have.
class LanguagesTest {
    @TempDir Path directory;
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void context() throws Exception {
        // as whoever scripts run as, they come through to their own
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        context = newContext();
    }

    private FakeContext newContext() throws Exception {
        return new FakeContext(Files.createTempDirectory(directory, "task"));
    }

    private Map<String, @Nullable Object> run(
            TaskPlugin<?, ?> plugin, Map<String, @Nullable Object> properties) throws Exception {
        try (plugin) {
            return Tasks.run(plugin, context, properties);
        }
    }

    @Test
    void scriptsOfOtherLanguagesRunAndSayWhatCameOfThem() throws Exception {
        var node =
                "console.log('::{\"outputs\":{\"sum\":' + [1, 2, 3].reduce((a, b) => a + b) + '}}::')";
        var perl = "my %h = (a => 7); print '::{\"outputs\":{\"sum\":' . $h{a} . '}}::', \"\\n\";";
        var java =
                """
                class Sum {
                    public static void main(String[] arguments) {
                        System.out.println("::{\\"outputs\\":{\\"sum\\":" + (4 + 5) + "}}::");
                    }
                }
                """;

        assertThat(run(new Scripts.Node(), Map.of("script", node)))
                .containsEntry("vars", Map.of("sum", 6));
        assertThat(run(new Scripts.Perl(), Map.of("script", perl)))
                .containsEntry("vars", Map.of("sum", 7));
        assertThat(
                        run(
                                new Scripts.Java(),
                                Map.of("script", java, "beforeCommands", List.of("echo before"))))
                .containsEntry("vars", Map.of("sum", 9));
        assertThat(context.lines).contains("INFO before");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void aLanguageRunsWhereItsInterpreterIs(
            Supplier<TaskPlugin<?, ?>> plugin, String program, String script) throws Exception {
        assumeTrue(isThere(program), program + " is installed");

        assertThat(run(plugin.get(), Map.of("script", script)))
                .containsEntry("vars", Map.of("sum", 6));
        assertThat(context.lines).contains("INFO made " + context.ownDirectory().resolve("work"));
    }

    static List<Arguments> aLanguageRunsWhereItsInterpreterIs() {
        return List.of(
                script(
                        Scripts.Ruby::new,
                        "ruby",
                        """
                        require 'json'
                        puts "made #{Dir.pwd}"
                        puts '::' + JSON.generate(outputs: { sum: [1, 2, 3].sum }) + '::'
                        """),
                script(
                        Scripts.Go::new,
                        "go",
                        """
                        package main

                        import (
                        	"fmt"
                        	"os"
                        )

                        func main() {
                        	at, _ := os.Getwd()
                        	fmt.Println("made", at)
                        	fmt.Println(fmt.Sprintf(`::{"outputs":{"sum":%d}}::`, 1+2+3))
                        }
                        """),
                script(
                        Scripts.R::new,
                        "Rscript",
                        """
                        cat("made", getwd(), fill = FALSE)
                        cat("\n")
                        cat(sprintf('::{"outputs":{"sum":%d}}::\n', sum(1:3)))
                        """),
                script(
                        Scripts.Php::new,
                        "php",
                        """
                        <?php
                        echo 'made ', getcwd(), "\\n";
                        echo '::', json_encode(['outputs' => ['sum' => array_sum([1, 2, 3])]]), "::\\n";
                        """),
                script(
                        Scripts.Lua::new,
                        "lua",
                        """
                        print('made ' .. io.popen('pwd'):read())
                        print(string.format('::{"outputs":{"sum":%d}}::', 1 + 2 + 3))
                        """),
                script(
                        Scripts.Groovy::new,
                        "groovy",
                        """
                        println "made ${new File('').absolutePath}"
                        println '::{"outputs":{"sum":' + [1, 2, 3].sum() + '}}::'
                        """),
                script(
                        Scripts.PowerShell::new,
                        "pwsh",
                        """
                        Write-Output "made $(Get-Location)"
                        Write-Output ('::{"outputs":{"sum":' + (1 + 2 + 3) + '}}::')
                        """));
    }

    private static Arguments script(
            Supplier<TaskPlugin<?, ?>> plugin, String program, String script) {
        return Arguments.of(Named.of(program, plugin), program, script);
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Test
    void aScriptThatIsNoJavaIsJbangs() throws Exception {
        var jbang = program("jbang", "echo \"run $*\"\nexit 0\n");
        var path = Map.of("PATH", jbang);

        run(new Scripts.Java(), Map.of("script", "1", "extension", ".jsh", "env", path));
        run(new Scripts.Java(), Map.of("script", "1", "quiet", false, "env", path));

        assertThat(context.lines)
                .anyMatch(line -> line.matches("INFO run --quiet .*/Script.jsh"))
                .anyMatch(line -> line.matches("INFO run /.*/Script.java"));
        assertThatThrownBy(() -> run(new Scripts.Perl(), Map.of("script", "1", "extension", ".sh")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Expected no `extension`");
    }

    @Test
    void commandsBesideFilesOfALanguageThatIsNotThereAreSaid() {
        assertThatThrownBy(
                        () -> {
                            var plugin = new Commands.Ruby();
                            plugin.start(
                                    new PluginSettings(
                                            Map.of("script.ruby.command", "no-such-ruby")));
                            run(plugin, Map.of("commands", List.of("no-such-ruby main.rb")));
                        })
                .hasMessageContaining("no 'no-such-ruby' on this worker")
                .hasMessageContaining("Debian: ruby");
        assertThatThrownBy(
                        () -> run(new Commands.Perl(), Map.of("commands", List.of("no-such-tool"))))
                .hasMessage("Command failed with exit code 127");
    }

    @Test
    void anInterpreterThatIsNotThereAndPackagesThatCantBeAreSaid() throws Exception {
        var plugin = new Scripts.PowerShell();
        plugin.start(new PluginSettings(Map.of("script.powershell.command", "no-such-program")));

        assertThatThrownBy(() -> run(plugin, Map.of("script", "exit")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("no 'no-such-program' on this worker")
                .hasMessageContaining("script.powershell.command")
                .extracting(e -> ((TaskFailedException) e).outputs().get("exitCode"))
                .isEqualTo(127);
        assertThat(context.lines).anyMatch(line -> line.contains("no-such-program"));
        assertThatThrownBy(() ->
                        run(
                                new Scripts.Perl(),
                                Map.of("script", "1", "dependencies", List.of("JSON"))))
                .hasMessageContaining("`dependencies`");
    }

    private static final String GREETS =
            """
            import greet
            print(greet.WORD)
            """;

    /// A program in the place of one that a worker may have.
    ///
    /// @return a search path that has it, and what it had before
    private String program(String name, String script) throws Exception {
        var bin = Files.createTempDirectory(directory, "bin");
        var file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin + ":" + System.getenv("PATH");
    }

    /// Installs what says so, and counts.
    private String uv(Path count) throws Exception {
        return program(
                "uv",
                """
                echo "$1 $2" >> '%s'
                while [ "$1" != --target ]; do shift; done
                echo "WORD = 'installed by uv'" > "$2/greet.py"
                """
                        .formatted(count));
    }

    private void python(Map<String, @Nullable Object> properties) throws Exception {
        var plugin = new PythonScript();
        plugin.start(
                new PluginSettings(
                        Map.of(
                                "script.user",
                                "worker",
                                "script.dependencies.folder",
                                directory.resolve("packages").toString())));
        context = newContext();
        run(plugin, properties);
    }

    @Test
    void packagesOfPythonAreInstalledByPipOrUv() throws Exception {
        var env =
                new HashMap<>(
                        Map.of(
                                "PIP_NO_INDEX",
                                "1",
                                "PIP_FIND_LINKS",
                                Wheel.in(directory).toString()));

        python(Map.of("script", GREETS, "env", env, "dependencies", List.of("greet")));
        assertThat(context.lines).contains("INFO installed by pip");

        var byUv =
                Map.<String, @Nullable Object>of(
                        "script",
                        GREETS,
                        "env",
                        env,
                        "dependencies",
                        List.of("greet==1.0"),
                        "packageManager",
                        "UV",
                        "dependencyCacheEnabled",
                        false);
        env.put("PATH", uv(directory.resolve("count")));
        python(byUv);
        assertThat(context.lines).contains("INFO installed by uv");

        var path = System.getenv("PATH");
        var alone = program("python3", "PATH='%s' exec python3 \"$@\"".formatted(path));
        env.put("PATH", alone.substring(0, alone.indexOf(':')));
        python(byUv);
        assertThat(context.lines)
                .contains("INFO installed by pip")
                .anyMatch(line -> line.startsWith("WARN There is no 'uv' on this worker"));
    }

    @Test
    void packagesAreInstalledAnewWhereTheFlowWantsThat() throws Exception {
        var count = directory.resolve("count");
        var env = Map.of("PATH", uv(count));
        for (boolean cache : List.of(true, true, false, false)) {
            python(
                    Map.of(
                            "script",
                            GREETS,
                            "env",
                            env,
                            "dependencies",
                            List.of("greet"),
                            "packageManager",
                            "UV",
                            "dependencyCacheEnabled",
                            cache));
            assertThat(context.lines).contains("INFO installed by uv");
        }

        assertThat(Files.readAllLines(count)).hasSize(3).containsOnly("pip install");
    }

    @Test
    void packagesOfAnotherIndexAreAnotherSet() throws Exception {
        var asked = directory.resolve("asked");
        var uv =
                program(
                        "uv",
                        """
                        echo "uv $* from" >> '%s'
                        while [ "$1" != --target ]; do shift; done
                        echo "WORD = 'uv: $UV_INDEX_URL $UV_EXTRA_INDEX_URL'" > "$2/greet.py"
                        """
                                .formatted(asked));
        var pip =
                program(
                        "python3",
                        """
                        if [ "$2" != pip ]; then PATH='%s' exec python3 "$@"; fi
                        echo "pip $*" >> '%s'
                        while [ "$1" != --target ]; do shift; done
                        echo "WORD = 'pip: $PIP_INDEX_URL $PIP_EXTRA_INDEX_URL'" > "$2/greet.py"
                        """
                                .formatted(System.getenv("PATH"), asked));
        var noUv = pip.substring(0, pip.indexOf(':'));

        assertThat(greeting(uv, "UV_INDEX_URL", "http://u:s3cret@one/")).isEqualTo("uv: one");
        assertThat(greeting(uv, "UV_INDEX_URL", "http://u:s3cret@two/")).isEqualTo("uv: two");
        assertThat(greeting(uv, "UV_INDEX_URL", "http://u:s3cret@one/")).isEqualTo("uv: one");
        assertThat(Files.readAllLines(asked)).hasSize(2);
        // what pip is told of counts for uv, and the other way round
        assertThat(greeting(uv, "PIP_INDEX_URL", "http://three/")).isEqualTo("uv: three");
        assertThat(greeting(noUv, "UV_DEFAULT_INDEX", "http://four/")).isEqualTo("pip: four");
        assertThat(greeting(noUv, "UV_EXTRA_INDEX_URL", "http://five/")).isEqualTo("pip: five");

        assertThat(asked).content().doesNotContain("s3cret");
        try (var sets = Files.walk(directory.resolve("packages"), 1)) {
            assertThat(sets).noneMatch(set -> set.toString().contains("s3cret")).hasSize(6);
        }
    }

    /// What a script says whose package says which index it is from.
    private String greeting(String path, String variable, String index) throws Exception {
        python(
                Map.of(
                        "script",
                        GREETS,
                        "env",
                        Map.of("PATH", path, variable, index),
                        "dependencies",
                        List.of("greet"),
                        "packageManager",
                        "UV"));
        return context.lines.stream()
                .filter(line -> line.startsWith("INFO "))
                .map(line -> line.replaceAll("^INFO |http://(u:s3cret@)?|/", "").strip())
                .collect(Collectors.joining(" "))
                .replaceAll(" +", " ");
    }

    @Test
    void aVersionOfPythonIsAProgramOfTheWorker() throws Exception {
        var path = program("python3.42", "echo it is 3.42\nexec python3 \"$@\"\n");

        python(
                Map.of(
                        "script",
                        "print('runs')",
                        "pythonVersion",
                        "3.42.1",
                        "env",
                        Map.of("PATH", path)));

        assertThat(context.lines).contains("INFO it is 3.42", "INFO runs");
        assertThatThrownBy(() -> python(Map.of("script", "1", "pythonVersion", "3.99")))
                .hasMessageContaining("There is no 'python3.99' on this worker");
        assertThatThrownBy(() -> python(Map.of("script", "1", "pythonVersion", "new")))
                .hasMessageContaining("Expected a `pythonVersion` such as 3.13");
        assertThatThrownBy(() ->
                        run(new Scripts.Node(), Map.of("script", "1", "packageManager", "UV")))
                .hasMessageContaining("Expected no `packageManager`");
        assertThatThrownBy(() ->
                        run(
                                new ShellScript(),
                                Map.of("script", "true", "dependencies", List.of("a"))))
                .hasMessageContaining("Expected no `dependencies`");
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root")
    void packagesAreInstalledOnceForATenantAndNoScriptChangesThem() throws Exception {
        var downloads = new AtomicInteger();
        var archive = Files.readAllBytes(archive());
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    downloads.incrementAndGet();
                    boolean there = exchange.getRequestURI().getPath().contains("greet");
                    exchange.sendResponseHeaders(there ? 200 : 404, there ? archive.length : -1);
                    try (var out = exchange.getResponseBody()) {
                        if (there) {
                            out.write(archive);
                        }
                    }
                });
        server.start();
        try {
            var url =
                    "http://127.0.0.1:%d/greet-1.0.0.tgz".formatted(server.getAddress().getPort());
            var script =
                    """
                    const fs = require('fs')
                    const greet = require('greet')
                    console.log(greet('you'))
                    try {
                      fs.writeFileSync(require.resolve('greet'), 'stolen')
                      console.log('changed it')
                    } catch (e) {
                      console.log('may not change it')
                    }
                    """;
            int first = 0;
            for (int i = 0; i < 2; i++) {
                context = newContext();
                var plugin = new Scripts.Node();
                plugin.start(
                        new PluginSettings(
                                Map.of(
                                        "script.dependencies.folder",
                                        directory.resolve("packages").toString())));
                run(plugin, Map.of("script", script, "dependencies", List.of(url)));

                assertThat(context.lines).contains("INFO hello you", "INFO may not change it");
                first = i == 0 ? downloads.get() : first;
            }
            assertThat(first).isPositive();
            assertThat(downloads).hasValue(first);

            var plugin = new Commands.Node();
            plugin.start(
                    new PluginSettings(
                            Map.of(
                                    "script.dependencies.folder",
                                    directory.resolve("packages").toString())));
            assertThatThrownBy(() ->
                            run(
                                    plugin,
                                    Map.of(
                                            "commands",
                                            List.of("echo never"),
                                            "dependencies",
                                            List.of(url.replace("greet", "none")))))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageStartingWith("npm failed with exit code");
            try (var left = Files.list(directory.resolve("packages"))) {
                assertThat(left)
                        .hasSize(1)
                        .allMatch(set -> Files.isDirectory(set, LinkOption.NOFOLLOW_LINKS));
            }
        } finally {
            server.stop(0);
        }
    }

    /// A package as registries have them.
    private Path archive() throws Exception {
        var made = directory.resolve("made");
        var inside = Files.createDirectories(made.resolve("package"));
        Files.writeString(
                inside.resolve("package.json"), "{\"name\":\"greet\",\"version\":\"1.0.0\"}");
        Files.writeString(inside.resolve("index.js"), "module.exports = who => 'hello ' + who\n");
        var archive = made.resolve("greet.tgz");
        var tar =
                new ProcessBuilder("tar", "-czf", archive.toString(), "package")
                        .directory(made.toFile())
                        .start();
        assertThat(tar.waitFor()).isZero();
        return archive;
    }
}
