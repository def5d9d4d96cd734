// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/// The settings of a flow-service that knows all connectors.
final class Connectors {
    private Connectors() {}

    static ConfigurableEnvironment built() {
        try (var plugins = Files.list(Path.of(".."))) {
            var bundled =
                    plugins.map(plugin -> plugin.resolve("target").resolve("plugin"))
                            .filter(Files::isDirectory)
                            .map(Path::toString)
                            .sorted()
                            .collect(Collectors.joining(","));
            var environment = new StandardEnvironment();
            environment
                    .getPropertySources()
                    .addFirst(
                            new MapPropertySource(
                                    "plugins", Map.of("millrace.plugins.bundled", bundled)));
            return environment;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
