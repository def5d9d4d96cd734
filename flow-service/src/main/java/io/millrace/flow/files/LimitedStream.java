// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that fails where it is longer than it may be. Closing it leaves the other one open.
final class LimitedStream extends FilterInputStream {
    private long left;

    LimitedStream(InputStream in, long maxBytes) {
        super(in);
        this.left = maxBytes;
    }

    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1;
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
        left -= more;
        if (left < 0) {
            throw new TooLongException();
        }
    }

    @Override
    public void close() {
        // the next entry of an archive follows
    }
}
