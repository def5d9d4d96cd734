// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.follow;

import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Permission;
import java.time.Duration;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Follows one execution.
@RestController
final class FollowController {
    private final Executions executions;
    private final Feed feed;

    FollowController(Executions executions, Feed feed) {
        this.executions = executions;
        this.feed = feed;
    }

    /// The whole execution whenever it has changed, until it has ended. Events bear the ids
    /// `start`, `progress` and `end`.
    @GetMapping(
            value = "/api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}/follow",
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(@PathVariable String executionId) {
        executions.requireHead(executionId, Permission.EXECUTION_READ);
        return EventStream.run(stream -> {
            try (var watch = feed.watch(executionId)) {
                tell(stream, watch, executionId);
            }
        });
    }

    private void tell(EventStream stream, Feed.Watch watch, String executionId) throws Exception {
        long told = -1;
        for (boolean first = true; ; first = false) {
            var stored = executions.require(executionId, Permission.EXECUTION_READ);
            boolean over = stored.execution().state().isTerminal();
            if (stored.version() != told) {
                told = stored.version();
                var view = executions.view(stored);
                if (first) {
                    stream.send("start", view);
                } else if (!over) {
                    stream.send("progress", view);
                }
                if (over) {
                    stream.send("end", view);
                    return;
                }
            } else {
                stream.keepAlive();
            }
            watch.await(Duration.ofSeconds(1));
        }
    }
}
