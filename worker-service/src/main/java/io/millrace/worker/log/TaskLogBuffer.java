// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.log;

import io.millrace.contracts.Job;
import io.millrace.contracts.LogLine;
import io.millrace.plugin.TaskLog;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The lines of one task that have not been sent. Those of a short task stay here until it ends; of
/// a task that runs longer, or says more, they are shipped as they come.
public final class TaskLogBuffer implements TaskLog {
    private static final int SHIP_CHARS = 128 << 10;
    private static final int FULL_CHARS = 1 << 20;

    private record Line(Level level, Instant at, String text, String thread) {}

    private final Job job;
    private final Masker masker;
    private final Limits limits;
    private final InstantSource clock;
    private final Level threshold;
    private final List<Line> pending = new ArrayList<>();
    private int pendingChars;
    private long totalChars;
    private boolean cut;
    private boolean closed;
    private boolean streaming;
    private Instant last = Instant.MIN;

    /// @param maxLineChars longest line
    /// @param maxChars most that is kept of one task
    public record Limits(int maxLineChars, long maxChars) {}

    public TaskLogBuffer(Job job, Masker masker, Limits limits, InstantSource clock) {
        this.job = job;
        this.masker = masker;
        this.limits = limits;
        this.clock = clock;
        this.threshold = Level.valueOf(job.logLevel());
    }

    /// Waits while too much is unsent.
    @Override
    public synchronized void write(Level level, String line) {
        if (level.compareTo(threshold) < 0 || cut) {
            return;
        }
        while (streaming && pendingChars > FULL_CHARS && !closed) {
            try {
                wait();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        if (closed) {
            return;
        }
        var text = shorten(masker.mask(line.replace('\0', '\uFFFD')));
        totalChars += text.length();
        if (totalChars > limits.maxChars()) {
            cut = true;
            add(
                    Level.WARN,
                    "… the log was cut here: it exceeds %d characters"
                            .formatted(limits.maxChars()));
        } else {
            add(level, text);
        }
        if (pendingChars > SHIP_CHARS) {
            stream();
        }
    }

    private String shorten(String line) {
        int max = limits.maxLineChars();
        if (line.length() <= max) {
            return line;
        }
        return "%s… (%d more characters were cut)"
                .formatted(line.substring(0, max), line.length() - max);
    }

    private void add(Level level, String text) {
        var now = clock.instant();
        last = now.isAfter(last) ? now : last;
        pending.add(new Line(level, last, text, Thread.currentThread().getName()));
        pendingChars += text.length();
    }

    /// From now on lines are shipped as they come, unless they are meant for a file.
    public synchronized void stream() {
        streaming = !job.logToFile();
    }

    /// What can be shipped now: nothing of a task that is still short. The beginning of what may be
    /// a secret that goes on in the next line stays.
    public synchronized List<LogLine> ready() {
        if (!streaming || closed) {
            return List.of();
        }
        var texts = pending.stream().map(Line::text).toList();
        return take(pending.size() - masker.unfinished(texts));
    }

    /// All that is left; nothing is taken after.
    public synchronized List<LogLine> close() {
        closed = true;
        return take(pending.size());
    }

    private List<LogLine> take(int count) {
        if (count == 0) {
            return List.of();
        }
        var masked = masker.maskLines(pending.stream().map(Line::text).toList());
        var lines = new ArrayList<LogLine>(count);
        for (int i = 0; i < count; i++) {
            var line = pending.get(i);
            lines.add(toMessage(line, masked.get(i)));
            pendingChars -= line.text().length();
        }
        pending.subList(0, count).clear();
        notifyAll();
        return lines;
    }

    private LogLine toMessage(Line line, String text) {
        return new LogLine(
                job.executionId(),
                job.namespace(),
                job.flowId(),
                job.taskRun(),
                job.taskId(),
                job.attempt(),
                line.level().name(),
                line.at(),
                text,
                line.thread());
    }
}
