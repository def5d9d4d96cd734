// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.PrintWriter;

/// A line on the terminal that says how far long work has come. Where nobody looks, it is silent.
final class Progress implements AutoCloseable {
    private static final int WIDTH = 30;

    private final PrintWriter err;
    private final boolean visible;
    private final String what;
    private int printed;

    /// @param visible whether a person looks at `err`
    Progress(PrintWriter err, boolean visible, String what) {
        this.err = err;
        this.visible = visible;
        this.what = what;
    }

    /// @param total 0 if it isn't known
    void at(long done, long total) {
        if (!visible) {
            return;
        }
        int filled = total <= 0 ? 0 : (int) Math.min(WIDTH, done * WIDTH / total);
        var text =
                total <= 0
                        ? "%s %d".formatted(what, done)
                        : "%s [%s%s] %d of %d"
                                .formatted(
                                        what,
                                        "#".repeat(filled),
                                        ".".repeat(WIDTH - filled),
                                        done,
                                        total);
        err.print("\r" + text + " ".repeat(Math.max(0, printed - text.length())));
        err.flush();
        printed = text.length();
    }

    /// Takes the line away, so that other things can be printed.
    void done() {
        if (printed > 0) {
            err.print("\r" + " ".repeat(printed) + "\r");
            err.flush();
            printed = 0;
        }
    }

    @Override
    public void close() {
        done();
    }
}
