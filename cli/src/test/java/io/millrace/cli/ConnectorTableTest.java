// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConnectorTableTest {
    private static final Path PLUGINS = Path.of("..", "plugins");

    @Test
    void thePageIsThatOfThePluginsThatAreBuilt() throws IOException {
        String bundled;
        long modules;
        try (var plugins = Files.list(PLUGINS)) {
            bundled =
                    plugins.map(p -> p.resolve("target").resolve("plugin"))
                            .filter(Files::isDirectory)
                            .map(Path::toString)
                            .sorted()
                            .collect(Collectors.joining(","));
        }
        try (var plugins = Files.list(PLUGINS)) {
            modules =
                    plugins.map(p -> p.resolve("pom.xml"))
                            .filter(Files::isRegularFile)
                            .filter(ConnectorTableTest::isConnector)
                            .count();
        }
        assumeTrue(bundled.split(",").length == modules, "all connectors are built");

        var page = PluginsCommand.table(Map.of("MILLRACE_PLUGINS_BUNDLED", bundled)).page();

        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "connectors.md"), page);
        assertThat(page)
                .as("docs/connectors.md: copy cli/target/connectors.md")
                .isEqualTo(Files.readString(Path.of("..", "docs", "connectors.md")));
        assertThat(page.lines().filter(line -> line.endsWith("|  |")))
                .as("tested-against.properties says what it is tested against")
                .isEmpty();
    }

    private static boolean isConnector(Path pom) {
        try {
            return Files.readString(pom).contains("<plugin.name>");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
