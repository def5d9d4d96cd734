// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Takes connections and never says a word, or no more than a few: what a client meets whose server
/// hangs.
public final class SilentServer implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger left = new AtomicInteger();
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
                Thread.ofVirtual().start(() -> listen(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void listen(Socket socket) {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // left without a goodbye
        }
        left.incrementAndGet();
    }

    public int port() {
        return server.getLocalPort();
    }

    /// Whether somebody has connected.
    public boolean isMet() {
        return !taken.isEmpty();
    }

    /// A task that speaks to the server at this port.
    @FunctionalInterface
    public interface Visit {
        void to(int port) throws Exception;
    }

    /// What every task does whose server takes its connection and never answers: once it is killed
    /// or its time is over (the same to it) it ends, and so do its connections.
    public static void isLeft(FakeContext context, Visit task) throws IOException {
        try (var silent = start()) {
            silent.isLeftBy(context, task);
        }
    }

    void isLeftBy(FakeContext context, Visit visit) {
        var task =
                RunningTask.start(
                        context,
                        () -> {
                            visit.to(port());
                            return "done";
                        });
        await("a connection").until(() -> isMet() || !task.isRunning());

        assertThat(task.isRunning()).as("whether the task waits").isTrue();
        assertThat(task.cancel()).as("what the task failed with").isNotNull();
        await("the end of its connections").until(() -> left.get() == taken.size());
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
