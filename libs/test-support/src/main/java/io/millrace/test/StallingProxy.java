// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// Stands before a real server and passes on so many bytes of what flows one way, then none: what a
/// client meets whose transfer stalls in its middle, whatever the time. What a client sends beyond
/// that isn't even taken, so that it is stuck in writing. Who connects after that is served.
public final class StallingProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final ServerSocket listening;
    private final int server;
    private final Way way;
    private final AtomicLong left;
    private final CountDownLatch stalled = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final List<Socket> gone = new CopyOnWriteArrayList<>();

    /// Where bytes flow.
    public enum Way {
        TO_SERVER,
        TO_CLIENT
    }

    private StallingProxy(int server, Way way, long bytes) throws IOException {
        this.listening = new ServerSocket();
        this.server = server;
        this.way = way;
        this.left = new AtomicLong(bytes);
        // what waits in the machine is small beside what is sent
        listening.setReceiveBufferSize(BUFFER_BYTES);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(this::accept);
    }

    /// What every task does that is killed in the middle of a transfer, or whose time is over (the
    /// same to it): it ends, but not as one that succeeded, and so do its connections.
    ///
    /// @param server port of the server on this machine
    /// @param bytes that pass, over all connections
    /// @param visit with a port that leads to the server
    public static void isLeft(
            FakeContext context, int server, Way way, long bytes, SilentServer.Visit visit)
            throws IOException {
        isLeft(context, server, way, bytes, visit, () -> {});
    }

    /// As above.
    ///
    /// @param after what the task still does there then, to be awaited
    public static void isLeft(
            FakeContext context,
            int server,
            Way way,
            long bytes,
            SilentServer.Visit visit,
            Runnable after)
            throws IOException {
        try (var proxy = new StallingProxy(server, way, bytes)) {
            var task =
                    RunningTask.start(
                            context,
                            () -> {
                                visit.to(proxy.listening.getLocalPort());
                                return "done";
                            });
            await("the stall").until(() -> proxy.stalled.getCount() == 0 || !task.isRunning());
            var before = List.copyOf(proxy.clients);

            assertThat(task.isRunning()).as("whether the task waits").isTrue();
            assertThat(task.cancel()).as("what the task failed with").isNotNull();
            proxy.goOn.countDown();
            // a server may think ill of it, aloud
            await("the end of its connections")
                    .dontCatchUncaughtExceptions()
                    .until(() -> proxy.gone.containsAll(before));
            after.run();
        }
    }

    private void accept() {
        try {
            while (true) {
                var client = listening.accept();
                boolean limited = stalled.getCount() > 0;
                var behind = new Socket(InetAddress.getLoopbackAddress(), server);
                clients.add(client);
                Thread.ofVirtual().start(() -> serve(client, behind, limited));
                Thread.ofVirtual().start(() -> answer(behind, client, limited));
            }
        } catch (IOException _) {
            // closed
        }
    }

    /// Once the client has left, so has its connection to the server.
    private void serve(Socket client, Socket behind, boolean limited) {
        try (client;
                behind) {
            pass(
                    client.getInputStream(),
                    behind.getOutputStream(),
                    limited && way == Way.TO_SERVER);
        } catch (IOException _) {
            // without a goodbye
        }
        gone.add(client);
    }

    private void answer(Socket behind, Socket client, boolean limited) {
        try {
            pass(
                    behind.getInputStream(),
                    client.getOutputStream(),
                    limited && way == Way.TO_CLIENT);
            client.shutdownOutput();
        } catch (IOException _) {
            // one of them is gone
        }
    }

    private void pass(InputStream from, OutputStream to, boolean limited) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            if (limited && left.addAndGet(-n) < 0) {
                stalled.countDown();
                awaitTheKill();
                from.transferTo(OutputStream.nullOutputStream());
                return;
            }
            to.write(buffer, 0, n);
        }
    }

    private void awaitTheKill() {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        goOn.countDown();
        listening.close();
        for (var client : clients) {
            client.close();
        }
    }
}
