// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A request whose body ends with an exception when it grows beyond a bound, since a chunked one
/// doesn't say before how long it is, or when it comes too slowly: whoever sends a byte now and
/// then would hold a connection to a service, too, of which there are few.
final class BoundedRequest extends HttpServletRequestWrapper {
    private static final long NANOS_FOR_A_BYTE = Duration.ofSeconds(1).toNanos() / 1024;

    private final long maxBytes;
    private final Duration slowest;
    private @Nullable ServletInputStream body;

    /// @param slowest how long the body may keep its reader waiting beside a second for each KiB
    BoundedRequest(HttpServletRequest request, long maxBytes, Duration slowest) {
        super(request);
        this.maxBytes = maxBytes;
        this.slowest = slowest;
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

    private interface Reading {
        int read() throws IOException;
    }

    private final class Bounded extends ServletInputStream {
        private final ServletInputStream in;
        private long bytes;
        private long waited;

        Bounded(ServletInputStream in) {
            this.in = in;
        }

        /// What is counted is the time that the client takes, not that of who reads.
        private int timed(Reading reading) throws IOException {
            long begin = System.nanoTime();
            try {
                return reading.read();
            } catch (SocketTimeoutException _) {
                throw new BodyTooSlowException();
            } finally {
                waited += System.nanoTime() - begin;
            }
        }

        private void count(int read) throws IOException {
            bytes += Math.max(0, read);
            if (bytes > maxBytes) {
                throw new BodyTooLargeException();
            }
            if (read >= 0 && waited > slowest.toNanos() + bytes * NANOS_FOR_A_BYTE) {
                throw new BodyTooSlowException();
            }
        }

        @Override
        public int read() throws IOException {
            int value = timed(in::read);
            count(value < 0 ? -1 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = timed(() -> in.read(buffer, offset, length));
            count(read);
            return read;
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
