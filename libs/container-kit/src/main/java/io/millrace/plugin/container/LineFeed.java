// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.kit.OutputLines;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Makes lines of the pieces in which output comes.
final class LineFeed {
    private static final int LONGEST_LINE = 8 << 20;

    private final OutputLines lines;
    private final boolean isError;
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

    LineFeed(OutputLines lines, boolean isError) {
        this.lines = lines;
        this.isError = isError;
    }

    void feed(byte[] piece, int length) {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (piece[i] == '\n' || rest.size() + i - start >= LONGEST_LINE) {
                rest.write(piece, start, i - start);
                end();
                start = piece[i] == '\n' ? i + 1 : i;
            }
        }
        rest.write(piece, start, length - start);
    }

    /// Nothing comes any more.
    void finish() {
        if (rest.size() > 0) {
            end();
        }
    }

    private void end() {
        var line = rest.toString(StandardCharsets.UTF_8);
        rest.reset();
        lines.accept(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, isError);
    }
}
