// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Standard input: where secrets come from, never arguments, which other users of the machine see.
final class Standard {
    private Standard() {}

    /// All of it, without the line's end.
    ///
    /// @param what is expected there, for the message if nothing is
    static String line(String what) {
        try {
            var text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (text.isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE, "Expected " + what + " on standard input but got nothing");
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
