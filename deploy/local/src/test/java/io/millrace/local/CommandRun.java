// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.millrace.cli.Millrace;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a command of `millrace` gave, run in a process of its own, as a user meets it.
record CommandRun(int code, String out, String err) {

    JsonNode json() {
        return JsonMapper.shared().readTree(out);
    }

    /// As `./millrace` has it: no more than the command line's own.
    private static String classPath() throws IOException {
        var target = Path.of("..", "..", "cli", "target");
        try (var jars = Files.newDirectoryStream(target, "cli-*.jar")) {
            return jars.iterator().next()
                    + File.pathSeparator
                    + Files.readString(target.resolve("classpath")).strip();
        }
    }

    private static Path archive() {
        var fork = System.getProperty("millrace.test.fork", "0");
        return Path.of("target", "cli-" + fork + ".jsa").toAbsolutePath();
    }

    /// @param environment all that it is told of Millrace
    /// @param input what it reads
    static CommandRun of(Map<String, String> environment, String input, List<String> arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        // its classes are parsed once for all commands of these tests
        command.addAll(
                List.of(
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + archive(),
                        "-Xlog:disable",
                        "-cp",
                        classPath()));
        command.add(Millrace.class.getName());
        command.addAll(arguments);
        var out = Files.createTempFile("millrace", ".out");
        var err = Files.createTempFile("millrace", ".err");
        var builder =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        builder.environment().putAll(environment);
        try {
            var process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("Expected an end of " + arguments);
            }
            return new CommandRun(
                    process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
