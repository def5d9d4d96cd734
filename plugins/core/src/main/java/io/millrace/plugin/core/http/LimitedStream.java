// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/// Ends in an error when more comes than is allowed; whoever is interrupted while he waits for more
/// is told so as such.
final class LimitedStream extends FilterInputStream {
    private final long maxBytes;
    private long bytes;

    LimitedStream(InputStream in, long maxBytes) {
        super(in);
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        int b = waited(in::read);
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int n = waited(() -> in.read(target, offset, length));
        count(Math.max(n, 0));
        return n;
    }

    private interface Reading {
        int read() throws IOException;
    }

    /// The client gives an interrupt as the cause of what it throws.
    private static int waited(Reading reading) throws IOException {
        try {
            return reading.read();
        } catch (IOException e) {
            if (!(e.getCause() instanceof InterruptedException)) {
                throw e;
            }
            var interrupted = new InterruptedIOException();
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /// What a task ends with that was interrupted while it read.
    static InterruptedException interrupted(InterruptedIOException cause) {
        boolean _ = Thread.interrupted(); // told by the exception
        var interrupted = new InterruptedException();
        interrupted.initCause(cause);
        return interrupted;
    }

    private void count(int more) throws IOException {
        bytes += more;
        if (bytes > maxBytes) {
            throw new IOException("The answer has more than %d bytes".formatted(maxBytes));
        }
    }

    long bytes() {
        return bytes;
    }
}
