// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Prints an execution's log lines as they come and waits for its end. Without a writer it only
/// waits.
final class Follower {
    private static final Set<String> TERMINAL =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED");
    private static final Duration POLL = Duration.ofMillis(250);

    private final Api api;
    private final @Nullable PrintWriter out;
    private final Map<String, String> query;
    private final Set<String> printed = ConcurrentHashMap.newKeySet();

    Follower(Api api, @Nullable PrintWriter out) {
        this(api, out, Map.of());
    }

    /// @param query which lines are printed
    Follower(Api api, @Nullable PrintWriter out, Map<String, String> query) {
        this.api = api;
        this.out = out;
        this.query = query;
    }

    /// The execution's final state. Whatever the streams leave out (a connection may break) is
    /// asked for afterwards.
    String awaitEnd(String id) {
        if (out == null) {
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
        var text = line(line);
        if (out != null
                && !text.isEmpty()
                && printed.add(line.path("timestamp") + "|" + line.path("taskRunId") + text)) {
            out.println(text);
            out.flush();
        }
    }

    /// `12:00:00.123 INFO hello Hello there`.
    static String line(JsonNode line) {
        if (!line.has("message")) {
            return "";
        }
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
