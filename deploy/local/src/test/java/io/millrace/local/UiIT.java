// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The browser tests of the UI, against the running suite. What they do is in `ui/e2e`; where there
/// is no Chromium they are skipped.
class UiIT {
    private static final Path UI = Path.of("../../ui").toAbsolutePath().normalize();

    private static boolean hasChromium() {
        return System.getenv("CHROMIUM") != null
                || Stream.of("chromium", "chromium-browser", "google-chrome")
                        .anyMatch(name -> Files.isExecutable(Path.of("/usr/bin", name)));
    }

    @Test
    @Timeout(1_220)
    void aPersonBuildsRunsMendsAndRepeatsAFlowInABrowser() throws Exception {
        assumeThat(hasChromium()).as("Chromium is installed").isTrue();
        assumeThat(UI.resolve("node_modules/vitest")).as("the module ui is built").exists();

        var result = run("run", "--config", "vitest.e2e.config.ts");

        assertThat(result.code()).as(result.output()).isZero();
    }

    private record Result(int code, String output) {}

    private static Result run(String... arguments) throws IOException, InterruptedException {
        var command =
                Stream.concat(
                                Stream.of("node", "node_modules/vitest/vitest.mjs"),
                                Stream.of(arguments))
                        .toList();
        var output = Files.createTempFile("ui-e2e", ".log");
        var builder =
                new ProcessBuilder(command)
                        .directory(UI.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("MILLRACE_URL", RunningSuite.server().toString());
        builder.environment().put("MILLRACE_DATA", RunningSuite.data().toString());
        var process = builder.start();
        try {
            boolean ended = process.waitFor(1_200, TimeUnit.SECONDS);
            return new Result(ended ? process.exitValue() : -1, Files.readString(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
