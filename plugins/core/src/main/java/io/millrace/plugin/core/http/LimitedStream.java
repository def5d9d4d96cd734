// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Ends in an error when more comes than is allowed.
final class LimitedStream extends FilterInputStream {
    private final long maxBytes;
    private long bytes;

    LimitedStream(InputStream in, long maxBytes) {
        super(in);
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        int b = in.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int n = in.read(target, offset, length);
        count(Math.max(n, 0));
        return n;
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
