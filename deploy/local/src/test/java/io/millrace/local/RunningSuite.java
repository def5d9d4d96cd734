// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import java.nio.file.Path;

/// The embedded default, started once for all tests of this module.
final class RunningSuite {
    private static final SuiteProcess ONE = SuiteProcess.start();

    private RunningSuite() {}

    /// What may be killed and started again, too.
    static SuiteProcess process() {
        return ONE;
    }

    static Path data() {
        return ONE.data();
    }

    /// Where the gateway is.
    static String server() {
        return ONE.server();
    }

    /// A token of a development user.
    static String token(String user) {
        return ONE.token(user);
    }
}
