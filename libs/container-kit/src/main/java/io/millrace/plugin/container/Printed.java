// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.kit.OutputLines;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// What a container has printed so far. The engine may be asked for it again from the beginning:
/// what was read before is passed over.
final class Printed {
    private static final int PIECE = 64 << 10;

    private final LineFeed[] feeds;
    private final long[] fed = new long[2];

    Printed(OutputLines lines) {
        feeds = new LineFeed[] {new LineFeed(lines, false), new LineFeed(lines, true)};
    }

    /// @param content both outputs in one stream, in frames of 8 bytes of head and what they have
    void read(InputStream content) throws IOException {
        var head = new byte[8];
        var piece = new byte[PIECE];
        var passed = new long[2];
        while (content.readNBytes(head, 0, head.length) == head.length) {
            int of = head[0] == 2 ? 1 : 0;
            int left =
                    (head[4] & 0xff) << 24
                            | (head[5] & 0xff) << 16
                            | (head[6] & 0xff) << 8
                            | (head[7] & 0xff);
            while (left > 0) {
                int count = content.read(piece, 0, Math.min(left, piece.length));
                if (count < 0) {
                    throw new EOFException("The output ended within a frame");
                }
                int known = Math.clamp(fed[of] - passed[of], 0, count);
                if (known < count) {
                    var news = known == 0 ? piece : Arrays.copyOfRange(piece, known, count);
                    feeds[of].feed(news, count - known);
                    fed[of] += count - known;
                }
                passed[of] += count;
                left -= count;
            }
        }
    }

    /// Nothing comes any more.
    void finish() {
        feeds[0].finish();
        feeds[1].finish();
    }
}
