// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.cluster;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.kit.OutputLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Logs of containers, each read while it is written.
public final class PodLogs implements AutoCloseable {
    private static final Duration LAST_LINES = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final String namespace;
    private final OutputLines lines;
    private final TaskContext context;
    private final List<PodLog> logs = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    public PodLogs(Cluster cluster, String namespace, OutputLines lines, TaskContext context) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.lines = lines;
        this.context = context;
    }

    /// Begins to read the log of a container.
    public void read(String pod, String container) {
        var log = new PodLog(cluster, namespace, pod, container, lines, context);
        logs.add(log);
        readers.add(Thread.startVirtualThread(log::follow));
    }

    /// Reads what there still is, once nothing runs any more.
    public void readToEnd() throws InterruptedException {
        logs.forEach(PodLog::noMoreStarts);
        for (var reader : readers) {
            reader.join(LAST_LINES);
        }
    }

    @Override
    public void close() {
        readers.forEach(Thread::interrupt);
    }
}
