// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LogLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// What each tenant may still log: a bucket of bytes that fills up with time. What is over the
/// budget isn't kept, and a line says so in its place.
public final class LogBudget {
    /// Of a row, beside its message.
    private static final int LINE_OVERHEAD = 120;

    private final double burst;
    private final double perNano;
    private final LongSupplier nanos;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /// @param nanos a clock that never goes back
    public LogBudget(LogBudgetProperties properties, LongSupplier nanos) {
        this.burst = properties.burst().toBytes();
        this.perNano = properties.perSecond().toBytes() / 1e9;
        this.nanos = nanos;
    }

    private static final class Bucket {
        private double bytes;
        private long at;

        private Bucket(double bytes, long at) {
            this.bytes = bytes;
            this.at = at;
        }

        synchronized void giveBack(long unused, double burst) {
            bytes = Math.min(burst, bytes + unused);
        }

        synchronized boolean take(long wanted, long now, double burst, double perNano) {
            bytes = Math.min(burst, bytes + Math.max(0, now - at) * perNano);
            at = now;
            if (bytes < wanted) {
                return false;
            }
            bytes -= wanted;
            return true;
        }
    }

    /// What is kept of some lines of one tenant.
    ///
    /// @param lines in their order
    /// @param bytes that they cost
    public record Kept(String tenant, List<LogLine> lines, long bytes) {}

    /// Takes what these lines cost, or what there is.
    public Kept kept(String tenant, List<LogLine> lines) {
        if (lines.isEmpty()) {
            return new Kept(tenant, lines, 0);
        }
        long cost = 0;
        long now = nanos.getAsLong();
        var bucket = buckets.computeIfAbsent(tenant, _ -> new Bucket(burst, now));
        var kept = new ArrayList<LogLine>(lines.size());
        var dropped = new LinkedHashMap<String, Dropped>();
        for (var line : lines) {
            int size = line.message().length() + LINE_OVERHEAD;
            if (bucket.take(size, now, burst, perNano)) {
                kept.add(line);
                cost += size;
            } else {
                dropped.computeIfAbsent(line.executionId(), _ -> new Dropped()).add(line);
            }
        }
        dropped.values().forEach(d -> kept.add(d.marker()));
        return new Kept(tenant, kept, cost);
    }

    /// Lines that were not stored, and may come again, cost nothing.
    public void giveBack(Kept unused) {
        var bucket = buckets.get(unused.tenant());
        if (bucket != null) {
            bucket.giveBack(unused.bytes(), burst);
        }
    }

    private static final class Dropped {
        private final List<LogLine> lines = new ArrayList<>(1);
        private long count;

        void add(LogLine line) {
            count++;
            lines.clear();
            lines.add(line);
        }

        LogLine marker() {
            var last = lines.getLast();
            return new LogLine(
                    last.executionId(),
                    last.namespace(),
                    last.flowId(),
                    last.taskRun(),
                    last.taskId(),
                    last.attempt(),
                    "WARN",
                    last.at(),
                    count + " lines are not kept: the tenant has used up its log budget",
                    last.thread());
        }
    }
}
