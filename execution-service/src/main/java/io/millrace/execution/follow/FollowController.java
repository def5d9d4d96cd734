// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.follow;

import io.millrace.execution.search.ExecutionFilter;
import io.millrace.execution.search.Executions;
import io.millrace.execution.search.StateView;
import io.millrace.platform.access.Permission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Follows one execution.
@RestController
final class FollowController {
    private static final String CORRELATION = "system.correlationId";
    private static final int MOST_RELATED = 500;
    private static final long UNSEEN = -1;
    private static final Pattern VERSION = Pattern.compile("(?:start|progress)\\.(\\d{1,18})");

    private final Executions executions;
    private final Feed feed;
    private final Clock clock;

    FollowController(Executions executions, Feed feed, Clock clock) {
        this.executions = executions;
        this.feed = feed;
        this.clock = clock;
    }

    /// The execution whenever it has changed, until it has ended. Events bear the ids
    /// `start.<version>`, `progress.<version>` and `end`: whoever was cut off and says what he saw
    /// last gets what is newer.
    ///
    /// @param taskRuns whether its task runs are told, too
    @GetMapping(
            value = "/api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}/follow",
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(
            @PathVariable String executionId,
            @RequestParam(defaultValue = "true") boolean taskRuns,
            @RequestHeader(value = "Last-Event-ID", required = false) @Nullable String last) {
        executions.requireHead(executionId, Permission.EXECUTION_READ);
        var seen = VERSION.matcher(last == null ? "" : last);
        long version = seen.matches() ? Long.parseLong(seen.group(1)) : UNSEEN;
        return EventStream.run(stream -> {
            try (var watch = feed.watch(executionId)) {
                tell(stream, watch, executionId, version, taskRuns);
            }
        });
    }

    /// How an execution belongs together with others, as users see it.
    record Status(
            String executionId,
            String tenantId,
            String namespace,
            String flowId,
            StateView state) {}

    /// States of all executions that began with the same one, whenever they change, until all have
    /// ended.
    @GetMapping(
            value = "/api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}/follow-dependencies",
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter followDependencies(@PathVariable String executionId) {
        var head = executions.requireHead(executionId, Permission.EXECUTION_READ);
        var correlation = head.labels().getOrDefault(CORRELATION, head.id());
        var related =
                ExecutionFilter.of(
                        Map.of("labels", new String[] {CORRELATION + ":" + correlation}), clock);
        return EventStream.run(stream -> {
            try (var watch = feed.watch(executionId)) {
                tellOfAll(stream, watch, related);
            }
        });
    }

    private void tellOfAll(EventStream stream, Feed.Watch watch, ExecutionFilter related)
            throws Exception {
        var told = new HashMap<String, Instant>();
        boolean first = true;
        while (true) {
            var all = executions.page(related, Permission.EXECUTION_READ, null, MOST_RELATED);
            boolean over = all.stream().allMatch(e -> e.state().isTerminal());
            boolean news = false;
            for (var e : all.reversed()) {
                var changedAt = e.history().changedAt();
                if (!changedAt.equals(told.put(e.id(), changedAt))) {
                    stream.send(
                            first ? "start" : "progress",
                            new Status(
                                    e.id(),
                                    e.tenant(),
                                    e.namespace(),
                                    e.flowId(),
                                    StateView.of(e.history(), clock.instant())));
                    news = true;
                    first = false;
                }
            }
            if (over) {
                return;
            }
            if (!news) {
                stream.keepAlive();
            }
            watch.await(Duration.ofSeconds(1));
        }
    }

    private void tell(
            EventStream stream, Feed.Watch watch, String executionId, long seen, boolean taskRuns)
            throws Exception {
        long told = seen;
        while (true) {
            var stored =
                    taskRuns
                            ? executions.require(executionId, Permission.EXECUTION_READ)
                            : executions.requireWithoutTaskRuns(
                                    executionId, Permission.EXECUTION_READ);
            boolean over = stored.execution().state().isTerminal();
            boolean first = told == UNSEEN;
            if (stored.version() == told && !over) {
                stream.keepAlive();
            } else {
                told = stored.version();
                var view = executions.view(stored);
                if (first) {
                    stream.send("start." + told, view);
                } else if (!over) {
                    stream.send("progress." + told, view);
                }
                if (over) {
                    stream.send("end", view);
                    return;
                }
            }
            watch.await(Duration.ofSeconds(1));
        }
    }
}
