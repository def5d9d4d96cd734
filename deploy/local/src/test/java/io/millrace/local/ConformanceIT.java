// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The conformance pack against the embedded default, where the pack is there: the folder that
/// `MILLRACE_CONFORMANCE` names, else `../shared/conformance` beside the checkout. Cases that
/// `docs/conformance.md` disputes may fail; one that no longer does is to be taken off the list.
class ConformanceIT {
    private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path DISPUTED = CHECKOUT.resolve("docs/conformance.md");
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\|");

    /// What the pack needs at most, on a machine that is busy with other things.
    private static final int MOST_MINUTES = 15;

    @TempDir Path directory;

    @Test
    void allCasesPassButThoseThatAreDisputed() throws IOException, InterruptedException {
        var pack = pack();
        var runner = pack.resolve("runner/run-pack.py");
        assumeTrue(
                Files.isRegularFile(runner),
                "Skipped: there is no conformance pack at " + pack + " (MILLRACE_CONFORMANCE)");
        assumeTrue(hasPython(), "Skipped: the conformance pack needs python3");

        var results = directory.resolve("results.json");
        var output = run(runner, results);

        var failed = names(JsonMapper.shared().readTree(results), "failed");
        assertThat(failed).as(output).isSubsetOf(disputed());
        assertThat(disputed())
                .as("disputed cases that pass: take them off %s", DISPUTED)
                .isSubsetOf(failed);
        assertThat(names(JsonMapper.shared().readTree(results), "passed")).as(output).isNotEmpty();
    }

    private static Path pack() {
        var given = System.getenv("MILLRACE_CONFORMANCE");
        return given == null || given.isBlank()
                ? CHECKOUT.resolveSibling("shared").resolve("conformance")
                : CHECKOUT.resolve(given);
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    /// The runner asks the launcher for its token, so it runs in the checkout, as its user does.
    private String run(Path runner, Path results) throws IOException, InterruptedException {
        var output = directory.resolve("output.txt");
        var builder =
                new ProcessBuilder("python3", runner.toString(), "--json", results.toString())
                        .directory(CHECKOUT.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        var server = RunningSuite.server();
        builder.environment().put("MILLRACE_URL", server);
        builder.environment().put("MILLRACE_DATA", RunningSuite.data().toString());
        builder.environment().put("MILLRACE_PORT", server.substring(server.lastIndexOf(':') + 1));
        builder.environment().put("MILLRACE_BUILD", "skip");
        var process = builder.start();
        if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError(
                    "The pack took more than " + MOST_MINUTES + " minutes:\n" + read(output));
        }
        assertThat(results).as(read(output)).exists();
        return read(output);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static List<String> names(JsonNode results, String status) {
        var names = new ArrayList<String>();
        for (var result : results) {
            if (result.path("status").asString().equals(status)) {
                names.add(result.path("name").asString());
            }
        }
        return names;
    }

    /// The first column of the table of disputed cases.
    private static Set<String> disputed() throws IOException {
        var disputed = new LinkedHashSet<String>();
        boolean within = false;
        for (var line : Files.readAllLines(DISPUTED)) {
            if (line.startsWith("## ")) {
                within = line.equals("## Disputed cases");
            }
            var row = ROW.matcher(line);
            if (within && row.find()) {
                disputed.add(row.group(1));
            }
        }
        return disputed;
    }
}
