// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskLog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;

/// Reads what a script or a command prints: lines for the log, and `::{…}::` lines with outputs,
/// metrics and levelled log lines.
public final class OutputLines {
    private static final Pattern MESSAGE = Pattern.compile("^\\s*::(\\{.*})::\\s*$");
    private static final ObjectReader MESSAGES = ExactJson.readerFor(Message.class);
    private static final int LONGEST_LINE = 8 << 20;

    private final TaskContext context;
    private final Map<String, @Nullable Object> outputs = new LinkedHashMap<>();
    private int lines;
    private int errorLines;

    public OutputLines(TaskContext context) {
        this.context = context;
    }

    /// What it printed as outputs.
    public synchronized Map<String, @Nullable Object> outputs() {
        return new LinkedHashMap<>(outputs);
    }

    public synchronized int lines() {
        return lines;
    }

    public synchronized int errorLines() {
        return errorLines;
    }

    /// Reads to the end, or until the stream is closed.
    public void read(InputStream stream, boolean isError) {
        try (var reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            var line = new StringBuilder();
            while (readLine(reader, line)) {
                accept(line.toString(), isError);
                line.setLength(0);
            }
        } catch (IOException e) {
            context.log().debug("The output ended: " + e.getMessage());
        }
    }

    /// As [BufferedReader#readLine], but a line without end doesn't fill the memory.
    private static boolean readLine(Reader reader, StringBuilder line) throws IOException {
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            if (c == '\n') {
                return true;
            }
            if (line.length() >= LONGEST_LINE) {
                line.append((char) c);
                return true;
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return !line.isEmpty();
    }

    /// Takes one line.
    public synchronized void accept(String line, boolean isError) {
        if (isError) {
            errorLines++;
        } else {
            lines++;
        }
        var message = MESSAGE.matcher(line);
        if (!message.matches() || !take(message.group(1))) {
            context.log().write(isError ? TaskLog.Level.ERROR : TaskLog.Level.INFO, line);
        }
    }

    private record Message(
            @Nullable Map<String, @Nullable Object> outputs,
            @Nullable List<Metric> metrics,
            @Nullable List<Entry> logs) {}

    private record Metric(
            String name, @Nullable String type, double value, @Nullable Map<String, String> tags) {}

    private record Entry(@Nullable String level, String message) {}

    private boolean take(String json) {
        Message message;
        try {
            message = MESSAGES.readValue(json);
        } catch (JacksonException e) {
            context.log().warn("Expected JSON between :: and :: but " + e.getOriginalMessage());
            return false;
        }
        if (message.outputs() != null) {
            message.outputs().forEach((name, value) -> outputs.put(name, ExactJson.exact(value)));
        }
        if (message.metrics() != null) {
            message.metrics().forEach(this::record);
        }
        if (message.logs() != null) {
            for (var entry : message.logs()) {
                context.log().write(levelOf(entry.level()), entry.message());
            }
        }
        return true;
    }

    private void record(Metric metric) {
        var tags = metric.tags() == null ? Map.<String, String>of() : metric.tags();
        if ("timer".equals(metric.type())) {
            context.time(metric.name(), Duration.ofNanos((long) (metric.value() * 1e9)), tags);
        } else {
            context.count(metric.name(), metric.value(), tags);
        }
    }

    private static TaskLog.Level levelOf(@Nullable String name) {
        try {
            return name == null
                    ? TaskLog.Level.INFO
                    : TaskLog.Level.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return TaskLog.Level.INFO;
        }
    }
}
