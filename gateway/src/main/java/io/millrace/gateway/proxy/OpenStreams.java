// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.proxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.eclipse.jetty.client.Request;
import org.springframework.context.SmartLifecycle;

/// Streams that are open to services. They end with what they follow, so a gateway that waited for
/// them would stop late and for nothing: who follows takes a stream up again where it broke off.
final class OpenStreams implements Request.Listener, SmartLifecycle {
    private final Set<Request> open =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
    private volatile boolean running;

    @Override
    public void onBegin(Request request) {
        if (request.getPath().contains("/follow")) {
            open.add(request);
        }
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        for (var request : new ArrayList<>(open)) {
            var _ = request.abort(new IOException("The gateway stops"));
        }
        open.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Before the web server waits for the requests that it has.
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
