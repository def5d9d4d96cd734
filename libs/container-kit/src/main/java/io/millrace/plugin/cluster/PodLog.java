// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.cluster;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.OutputLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// The log of a container, read while it is written. When the connection breaks it is taken up
/// where it ended: each line comes with its time.
final class PodLog {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST_TRIES = 300;

    private final Cluster cluster;
    private final String path;
    private final String container;
    private final OutputLines lines;
    private final TaskContext context;
    private @Nullable Instant last;
    private volatile boolean over;

    PodLog(
            Cluster cluster,
            String namespace,
            String pod,
            String container,
            OutputLines lines,
            TaskContext context) {
        this.cluster = cluster;
        this.container = container;
        this.lines = lines;
        this.context = context;
        this.path =
                "/api/v1/namespaces/%s/pods/%s/log?timestamps=true&follow=true&container=%s"
                        .formatted(
                                HttpApi.segment(namespace),
                                HttpApi.segment(pod),
                                HttpApi.segment(container));
    }

    /// A container that hasn't started by now never will: nobody waits for its log.
    void noMoreStarts() {
        over = true;
    }

    /// Reads to the end of the log, or until the thread is interrupted.
    void follow() {
        try {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                try {
                    var since = last;
                    boolean ended = over;
                    var refused =
                            cluster.follow(
                                    since == null
                                            ? path
                                            : path + "&sinceTime=" + HttpApi.segment(since),
                                    content -> {
                                        try (var reader =
                                                new BufferedReader(
                                                        new InputStreamReader(
                                                                content, StandardCharsets.UTF_8))) {
                                            for (var line = reader.readLine();
                                                    line != null;
                                                    line = reader.readLine()) {
                                                take(line, since);
                                            }
                                        }
                                    });
                    // 400: the container hasn't started yet
                    if (refused == null || (refused.status() == 400 && ended)) {
                        return;
                    }
                    if (refused.status() != 400 && refused.status() < 500) {
                        context.log()
                                .warn(
                                        "The log of container %s can't be read (%d)"
                                                .formatted(container, refused.status()));
                        return;
                    }
                } catch (IOException | TaskFailedException e) {
                    context.log().debug("The log is taken up again: " + e.getMessage());
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(String line, @Nullable Instant since) {
        int space = line.indexOf(' ');
        var text = line;
        if (space > 0) {
            try {
                var at = Instant.parse(line.substring(0, space));
                if (since != null && !at.isAfter(since)) {
                    return; // it was read before
                }
                last = at;
                text = line.substring(space + 1);
            } catch (DateTimeParseException _) {
                // a line without a time
            }
        }
        lines.accept(text, false);
    }
}
