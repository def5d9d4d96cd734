// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Prints an execution's log lines as they come and waits for its end, or only waits.
final class Follower {
    private static final Set<String> TERMINAL =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED");
    private static final Duration POLL = Duration.ofMillis(250);

    private final Api api;
    private final @Nullable Consumer<JsonNode> printer;
    private final Map<String, String> query;
    private final Set<String> printed = ConcurrentHashMap.newKeySet();

    /// Prints lines where they are for people; programs are given the execution when it has ended.
    Follower(Api api, Output output) {
        this(api, output.isTable() ? lines(output) : null, Map.of());
    }

    /// @param query which lines are printed
    Follower(Api api, Output output, Map<String, String> query) {
        this(api, output.isTable() ? lines(output) : output::line, query);
    }

    private Follower(Api api, @Nullable Consumer<JsonNode> printer, Map<String, String> query) {
        this.api = api;
        this.printer = printer;
        this.query = query;
    }

    private static Consumer<JsonNode> lines(Output output) {
        return line -> {
            output.writer().println(line(line));
            output.writer().flush();
        };
    }

    /// The execution's final state. Whatever the streams leave out (a connection may break) is
    /// asked for afterwards.
    String awaitEnd(String id) {
        if (printer == null) {
            return end(id);
        }
        var logs = Thread.ofVirtual().start(() -> printLive(id));
        var state = end(id);
        logs.interrupt();
        api.logs(id, query).forEach(this::print);
        return state;
    }

    private String end(String id) {
        var state = stateOf(lastEvent(id));
        while (!TERMINAL.contains(state)) {
            pause();
            state = stateOf(api.execution(id));
        }
        return state;
    }

    private JsonNode lastEvent(String id) {
        try (var events = api.follow(id)) {
            return events.filter(event -> TERMINAL.contains(stateOf(event)))
                    .findFirst()
                    .orElseGet(() -> api.execution(id));
        } catch (RuntimeException e) {
            return api.execution(id); // the stream broke: go on by asking
        }
    }

    private void printLive(String id) {
        try (var lines = api.followLogs(id, query)) {
            lines.forEach(this::print);
        } catch (RuntimeException e) {
            return; // ended, or broken: the rest is printed at the end
        }
    }

    private synchronized void print(JsonNode line) {
        if (printer != null
                && line.has("message")
                && printed.add(
                        line.path("timestamp") + "|" + line.path("taskRunId") + line(line))) {
            printer.accept(line);
        }
    }

    /// `12:00:00.123 INFO hello Hello there`.
    static String line(JsonNode line) {
        var time = line.path("timestamp").asString("");
        int begin = time.indexOf('T') + 1;
        return "%-12s %-5s %s  %s"
                .formatted(
                        time.substring(begin, Math.min(time.length(), begin + 12)),
                        line.path("level").asString(""),
                        line.path("taskId").asString("-"),
                        line.path("message").asString(""));
    }

    static String stateOf(JsonNode execution) {
        return execution.path("state").path("current").asString("");
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("Interrupted", e);
        }
    }
}
