// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A suite whose services run in this JVM, so that a test can end one and start it anew; the JVM
/// stops it.
final class RestartableSuite {
    private static final RestartableSuite ONE = start();

    private final Path data;
    private final String server;
    private final Suite suite;

    private RestartableSuite(Path data, String server, Suite suite) {
        this.data = data;
        this.server = server;
        this.suite = suite;
    }

    /// Ends a service and starts it anew; what it was doing for others breaks off.
    static void restart(Service service) throws Exception {
        ONE.suite.restart(service);
    }

    /// A token of a development user.
    static String token(String user) {
        return DevUsers.token(ONE.server, ONE.data, user);
    }

    static Path data() {
        return ONE.data;
    }

    /// Where the gateway is.
    static String server() {
        return ONE.server;
    }

    private static RestartableSuite start() {
        try {
            var data = SuiteProcess.newData();
            int port = SuiteProcess.freePorts(9);
            var settings =
                    LocalSettings.of(
                            Map.of(
                                    "MILLRACE_DATA",
                                    data.toString(),
                                    "MILLRACE_PORT",
                                    Integer.toString(port)),
                            List.of());
            var suite = Suite.start(settings, RunState.claim(settings));
            return new RestartableSuite(data, "http://localhost:" + port, suite);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
