// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Takes connections and never says a word, or no more than a few: what a client meets whose server
/// hangs.
public final class SilentServer implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> taken = new CopyOnWriteArrayList<>();

    private final String words;

    private SilentServer(ServerSocket server, String words) {
        this.server = server;
        this.words = words;
        Thread.ofVirtual().start(this::accept);
    }

    public static SilentServer start() throws IOException {
        return saying("");
    }

    /// Says this to everybody, and then nothing more.
    public static SilentServer saying(String words) throws IOException {
        return new SilentServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), words);
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                socket.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
                taken.add(socket);
            }
        } catch (IOException _) {
            // closed
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /// Whether somebody has connected.
    public boolean isMet() {
        return !taken.isEmpty();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : taken) {
            socket.close();
        }
    }

    /// A port of this machine where nobody listens.
    public static int closedPort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
