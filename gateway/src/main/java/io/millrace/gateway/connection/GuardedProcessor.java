// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.connection;

import java.io.IOException;
import java.time.Duration;
import org.apache.coyote.Adapter;
import org.apache.coyote.Constants;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;

/// A request as Tomcat reads it, with an eye on how long that takes. [#look] is called by one other
/// thread. What it sees may be late by a moment, which is little beside the time that it allows.
final class GuardedProcessor extends Http11Processor {
    /// In the middle of a header, until more of it comes.
    private volatile boolean waiting;

    private long lastBegan;
    private long since;

    GuardedProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
        super(protocol, adapter);
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socket) throws IOException {
        waiting = false;
        var state = super.service(socket);
        waiting = state == SocketState.LONG && !isAsync();
        return state;
    }

    /// Ends the connection if its request has been for too long at what the client alone can do.
    ///
    /// @param now in [System#nanoTime()]
    void look(long now, Duration longest) {
        int stage = getRequest().getRequestProcessor().getStage();
        long began = getRequest().getStartTimeNanos();
        if (began != lastBegan
                || stage == Constants.STAGE_PREPARE
                || stage == Constants.STAGE_SERVICE) {
            lastBegan = began;
            since = now;
            return;
        }
        // ENDINPUT: Tomcat reads what nobody has read of a body, to find the next request
        if ((waiting || stage == Constants.STAGE_ENDINPUT) && now - since > longest.toNanos()) {
            endInput();
        }
    }

    /// Whoever waits for more, a thread or the poller, finds that there is none, and tidies up. If
    /// the connection were closed here, Tomcat's buffers would have two owners.
    private void endInput() {
        var socket = getSocketWrapper();
        if (socket != null && socket.getSocket() instanceof NioChannel channel) {
            try {
                channel.getIOChannel().shutdownInput();
            } catch (IOException _) {
                // it has ended already
            }
        }
    }
}
