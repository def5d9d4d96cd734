// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

/// How the program ends. Scripts rely on these numbers: `docs/cli.md` lists them.
enum ExitCode {
    /// Done, and the answer is good.
    OK(0),
    /// Done, and the answer is not good: an execution or a test failed, a flow is invalid, a
    /// difference was found.
    NO(1),
    /// The command isn't one, or names a path that isn't there.
    USAGE(2),
    /// The server refuses what was asked, or doesn't have it.
    REFUSED(3),
    /// The server doesn't know who asks, or doesn't allow it.
    DENIED(4),
    /// The server can't be reached, or can't answer for now.
    UNAVAILABLE(5);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /// What an answer with this HTTP status means.
    static ExitCode ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> DENIED;
            case 422 -> NO;
            default -> status >= 500 || status == 429 ? UNAVAILABLE : REFUSED;
        };
    }
}
