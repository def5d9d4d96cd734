// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.connection;

import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/// HTTP as Tomcat has it, but for those who take their time. Tomcat's timeout is between two bytes:
/// a byte now and then holds a connection for hours. Here a request's header has to be there in
/// time, what is left of a refused body is read for no longer, and no address gets all connections.
///
/// Tomcat creates it by name.
public final class GuardedProtocol extends Http11NioProtocol {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    /// Garbage takes those away that Tomcat has thrown away.
    private final Set<GuardedProcessor> processors =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private Duration longest = Duration.ofSeconds(10);
    private @Nullable ScheduledExecutorService watch;

    public GuardedProtocol() {
        super(new Doors());
    }

    /// @param time for a request's header, and for what is left of a body that nobody reads
    /// @param perAddress most connections of one address that isn't the machine itself; 0: all
    void guard(Duration time, int perAddress) {
        this.longest = time;
        ((Doors) getEndpoint()).perAddress = perAddress;
    }

    @Override
    protected Processor createProcessor() {
        var processor = new GuardedProcessor(this, getAdapter());
        processors.add(processor);
        return processor;
    }

    @Override
    public void start() throws Exception {
        super.start();
        var threads =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("slow-requests").factory());
        long every = LOOK_EVERY.toMillis();
        var _ = threads.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
        watch = threads;
    }

    @Override
    public void stop() throws Exception {
        var threads = watch;
        if (threads != null) {
            threads.shutdownNow();
        }
        super.stop();
    }

    private void look() {
        long now = System.nanoTime();
        List<GuardedProcessor> all;
        synchronized (processors) {
            all = List.copyOf(processors);
        }
        for (var processor : all) {
            processor.look(now, longest);
        }
    }

    /// Where connections come in.
    private static final class Doors extends NioEndpoint {
        private volatile int perAddress;

        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            int most = perAddress;
            // few are no harm, and not counted
            if (most > 0 && getConnectionCount() > most) {
                var address = socket.socket().getInetAddress();
                if (address != null && !address.isLoopbackAddress() && from(address) >= most) {
                    destroySocket(socket);
                    return false;
                }
            }
            return super.setSocketOptions(socket);
        }

        private long from(InetAddress address) {
            return getConnections().stream().filter(c -> address.equals(addressOf(c))).count();
        }

        private static @Nullable InetAddress addressOf(SocketWrapperBase<NioChannel> connection) {
            var channel = connection.getSocket();
            var socket = channel == null ? null : channel.getIOChannel();
            return socket == null ? null : socket.socket().getInetAddress();
        }
    }
}
