// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.compress;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Counts what comes out of a file that was small, and stops when it is too much.
///
/// @param bytes of all that is unpacked by one task
/// @param entries of an archive
record Bounded(long bytes, int entries) {

    /// `compress.max-bytes`, `compress.max-entries`.
    static Bounded of(PluginSettings settings) {
        return new Bounded(
                settings.number("compress.max-bytes", 100L << 30),
                Math.toIntExact(settings.number("compress.max-entries", 100_000)));
    }

    /// @param before bytes that came out already
    /// @return bytes with these
    long copy(InputStream from, OutputStream to, long before)
            throws IOException, TaskFailedException {
        var buffer = new byte[1 << 16];
        long all = before;
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            all += n;
            if (all > bytes) {
                throw new TaskFailedException(
                        "Expected at most %d bytes unpacked but there are more".formatted(bytes));
            }
            to.write(buffer, 0, n);
        }
        return all;
    }
}
