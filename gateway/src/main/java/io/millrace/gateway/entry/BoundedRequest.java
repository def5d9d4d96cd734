// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A request whose body ends with an exception when it grows beyond a bound; a chunked one doesn't
/// say before how long it is.
final class BoundedRequest extends HttpServletRequestWrapper {
    private final long maxBytes;
    private @Nullable ServletInputStream body;

    BoundedRequest(HttpServletRequest request, long maxBytes) {
        super(request);
        this.maxBytes = maxBytes;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        var current = body;
        if (current == null) {
            current = new Bounded(super.getInputStream());
            body = current;
        }
        return current;
    }

    private final class Bounded extends ServletInputStream {
        private final ServletInputStream in;
        private long bytes;

        Bounded(ServletInputStream in) {
            this.in = in;
        }

        private int count(int read) throws IOException {
            bytes += Math.max(0, read);
            if (bytes > maxBytes) {
                throw new BodyTooLargeException();
            }
            return read;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return count(in.read(buffer, offset, length));
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}
