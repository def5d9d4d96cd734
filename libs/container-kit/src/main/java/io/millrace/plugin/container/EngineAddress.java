// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.TaskFailedException;
import java.net.URI;

/// Where a container engine listens.
public sealed interface EngineAddress {
    /// @param path of its socket
    record Unix(String path) implements EngineAddress {}

    record Tcp(String host, int port) implements EngineAddress {}

    /// @param text such as `unix:///var/run/docker.sock` or `tcp://host:2375`
    /// @throws TaskFailedException if it is neither
    static EngineAddress parse(String text) throws TaskFailedException {
        var stripped = text.strip();
        if (stripped.startsWith("unix://")) {
            return new Unix(stripped.substring("unix://".length()));
        }
        try {
            var uri = URI.create(stripped);
            if ("tcp".equals(uri.getScheme()) && uri.getHost() != null) {
                return new Tcp(uri.getHost(), uri.getPort() < 0 ? 2375 : uri.getPort());
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new TaskFailedException(
                "Expected a container engine such as unix:///var/run/docker.sock or tcp://host:2375"
                        + " but got '%s'".formatted(stripped));
    }
}
