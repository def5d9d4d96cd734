// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConnectorTableTest {
    private static final Path PLUGINS = Path.of("..");

    @Test
    void thePageIsThatOfThePluginsThatAreBuilt() throws IOException {
        String bundled;
        try (var plugins = Files.list(PLUGINS)) {
            bundled =
                    plugins.filter(p -> isConnector(p.resolve("pom.xml")))
                            .map(p -> p.resolve("target").resolve("plugin"))
                            .map(Path::toString)
                            .sorted()
                            .collect(Collectors.joining(","));
        }

        var page = PluginsCommand.table(Map.of("MILLRACE_PLUGINS_BUNDLED", bundled)).page();

        Files.createDirectories(Path.of("target"));
        Files.writeString(Path.of("target", "connectors.md"), page);
        assertThat(page)
                .as("docs/connectors.md: copy plugins/table/target/connectors.md")
                .isEqualTo(Files.readString(Path.of("..", "..", "docs", "connectors.md")));
        assertThat(page.lines().filter(line -> line.endsWith("|  |")))
                .as("tested-against.properties says what it is tested against")
                .isEmpty();
    }

    private static boolean isConnector(Path pom) {
        try {
            return Files.isRegularFile(pom) && Files.readString(pom).contains("<plugin.name>");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
