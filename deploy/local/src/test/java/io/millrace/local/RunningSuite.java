// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import java.nio.file.Path;
import java.util.Map;

/// The embedded default, started once for all tests of this module.
final class RunningSuite {
    private static final SuiteProcess ONE = SuiteProcess.start(Map.of());

    private RunningSuite() {}

    static Path data() {
        return ONE.data();
    }

    /// Where the gateway is.
    static String server() {
        return ONE.server();
    }
}
