// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.log;

import io.millrace.contracts.LogBatch;
import io.millrace.contracts.LogLine;
import io.millrace.contracts.Topology;
import io.millrace.platform.boot.Endless;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.Publisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the lines of tasks that still run, all tenants' in one confirmed batch, a few times a
/// second. What can't be sent waits, and then so do the tasks that go on logging.
public final class LogShipper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogShipper.class);
    private static final long PAUSE_MILLIS = 150;
    private static final int BATCH_LINES = 1000;

    private final Publisher publisher;
    private final Topology topology;
    private final Map<TaskLogBuffer, String> tenants = new ConcurrentHashMap<>();
    private final List<OutgoingMessage> unsent = new ArrayList<>();
    private final Thread thread =
            Thread.ofVirtual().name("log-shipper").unstarted(Endless.loop(this::run));
    private volatile boolean running = true;

    public LogShipper(Publisher publisher, Topology topology) {
        this.publisher = publisher;
        this.topology = topology;
        thread.start();
    }

    public void add(String tenant, TaskLogBuffer buffer) {
        tenants.put(buffer, tenant);
    }

    public void remove(TaskLogBuffer buffer) {
        tenants.remove(buffer);
    }

    private void run() {
        while (running) {
            ship();
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException _) {
                break;
            }
        }
        ship();
    }

    private synchronized void ship() {
        if (unsent.isEmpty()) {
            tenants.forEach((buffer, tenant) -> collect(tenant, buffer.ready()));
        }
        try {
            publisher.publish(unsent);
            unsent.clear();
        } catch (BrokerUnavailableException e) {
            log.atWarn()
                    .addKeyValue("batches", unsent.size())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Log lines wait for the broker");
        }
    }

    private void collect(String tenant, List<LogLine> lines) {
        for (int from = 0; from < lines.size(); from += BATCH_LINES) {
            var part = lines.subList(from, Math.min(from + BATCH_LINES, lines.size()));
            var batch = new LogBatch(UUID.randomUUID().toString(), tenant, part);
            unsent.add(OutgoingMessage.event(topology.logsExchange(), tenant, batch));
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
        try {
            thread.join(2_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
