// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The way to another server, which a test can cut and mend.
final class Wire implements AutoCloseable {
    private final ServerSocket entry;
    private final String host;
    private final int port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    Wire(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return entry.getLocalPort();
    }

    void cut() {
        cut = true;
        open.forEach(Wire::end);
    }

    void mend() {
        cut = false;
    }

    private void accept() {
        while (!entry.isClosed()) {
            try {
                var near = entry.accept();
                open.add(near);
                if (cut) {
                    end(near);
                    continue;
                }
                var far = new Socket(host, port);
                open.add(far);
                pass(near, far);
                pass(far, near);
            } catch (IOException _) {
                // closed, or nobody is there: whoever came in sees it
            }
        }
    }

    private void pass(Socket from, Socket to) {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        from.getInputStream().transferTo(to.getOutputStream());
                    } catch (IOException _) {
                        // cut
                    } finally {
                        end(from);
                        end(to);
                    }
                });
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // it is
        }
    }

    @Override
    public void close() throws IOException {
        entry.close();
        cut();
    }
}
