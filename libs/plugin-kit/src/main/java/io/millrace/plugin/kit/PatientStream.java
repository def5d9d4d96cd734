// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/// The body of an answer, which may stop coming: who reads it waits for a while, not for ever. The
/// time limit of the JDK's client ends with the headers.
final class PatientStream extends FilterInputStream {
    private final Duration longest;
    private final Thread watch;
    private volatile long begun;
    private volatile boolean late;

    /// @param longest pause between two pieces
    PatientStream(InputStream body, Duration longest) {
        super(body);
        this.longest = longest;
        this.watch = Thread.startVirtualThread(this::watch);
    }

    private void watch() {
        try {
            while (!late) {
                Thread.sleep(longest.dividedBy(4));
                long since = begun;
                if (since != 0 && System.nanoTime() - since > longest.toNanos()) {
                    late = true;
                    in.close();
                }
            }
        } catch (InterruptedException | IOException _) {
            // it was read
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        begun = System.nanoTime() | 1; // 0 is: nobody reads
        try {
            return in.read(into, from, length);
        } catch (IOException e) {
            if (late) {
                var said = new HttpTimeoutException("the answer doesn't go on");
                said.initCause(e);
                throw said;
            }
            throw e;
        } finally {
            begun = 0;
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        in.close();
    }
}
