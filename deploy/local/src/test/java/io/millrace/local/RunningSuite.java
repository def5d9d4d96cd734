// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The embedded default, started once for all tests of this module; the JVM stops it.
final class RunningSuite {
    private static final RunningSuite ONE = start();

    private final Path data;
    private final String server;

    private RunningSuite(Path data, String server) {
        this.data = data;
        this.server = server;
    }

    static Path data() {
        return ONE.data;
    }

    /// Where the gateway is.
    static String server() {
        return ONE.server;
    }

    private static RunningSuite start() {
        try {
            var data = Files.createTempDirectory("millrace-suite");
            int port = freePorts(9);
            var settings =
                    LocalSettings.of(
                            Map.of(
                                    "MILLRACE_DATA",
                                    data.toString(),
                                    "MILLRACE_PORT",
                                    Integer.toString(port)),
                            List.of());
            Suite.start(settings, RunState.claim(settings));
            return new RunningSuite(data, "http://localhost:" + port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A port after which there are enough free ones.
    private static int freePorts(int count) throws IOException {
        for (int first = 21_000; first < 31_000; first += 10) {
            boolean free = true;
            for (int i = 0; i < count && free; i++) {
                try (var _ = new ServerSocket(first + i, 1, InetAddress.getLoopbackAddress())) {
                    free = true;
                } catch (IOException _) {
                    free = false;
                }
            }
            if (free) {
                return first;
            }
        }
        throw new IOException("Expected " + count + " free ports in a row");
    }
}
