// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import io.millrace.execution.Reads;
import io.millrace.execution.follow.EventStream;
import io.millrace.execution.follow.Feed;
import io.millrace.execution.search.ExecutionFilter;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.web.PagedResults;
import io.millrace.platform.web.Paging;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// Log lines: of an execution, of all, and as they come.
@RestController
@RequestMapping("/api/v1/{tenant}/logs")
final class LogController {
    private static final String ID = "/{executionId:[0-9A-Za-z]{22}}";
    private static final int MOST = 100_000;

    /// Lines that are written at the same time may become visible out of order: so far back.
    private static final int OUT_OF_ORDER = 1000;

    private final Logs logs;
    private final Executions executions;
    private final Access access;
    private final Feed feed;

    LogController(Reads reads, JdbcClient writes, Executions executions, Access access, Feed feed) {
        this.logs = new Logs(reads, writes);
        this.executions = executions;
        this.access = access;
        this.feed = feed;
    }

    @GetMapping("/search")
    PagedResults<LogEntryView> search(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String query,
            @RequestParam(required = false) @Nullable String namespace,
            @RequestParam(required = false) @Nullable String flowId,
            @RequestParam(required = false) @Nullable String minLevel,
            @RequestParam(required = false) @Nullable String startDate,
            @RequestParam(required = false) @Nullable String endDate,
            Paging paging) {
        return logs.search(
                Caller.current().tenant(),
                access.scope(Permission.LOG_READ),
                new Logs.Search(
                        q == null ? query : q,
                        namespace,
                        flowId,
                        minLevel,
                        instant("startDate", startDate),
                        instant("endDate", endDate)),
                paging);
    }

    private static @Nullable Instant instant(String name, @Nullable String text) {
        return text == null ? null : ExecutionFilter.instant(name, text);
    }

    @GetMapping(ID)
    List<LogEntryView> ofExecution(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String minLevel,
            @RequestParam(required = false) @Nullable String taskRunId,
            @RequestParam(required = false) @Nullable String taskId,
            @RequestParam(required = false) @Nullable Integer attempt) {
        executions.requireHead(executionId, Permission.LOG_READ);
        return logs.of(
                new Logs.Selection(executionId, minLevel, taskRunId, taskId, attempt), MOST, 0);
    }

    @GetMapping(ID + "/download")
    ResponseEntity<String> download(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String minLevel,
            @RequestParam(required = false) @Nullable String taskRunId,
            @RequestParam(required = false) @Nullable String taskId,
            @RequestParam(required = false) @Nullable Integer attempt) {
        var text = new StringBuilder();
        ofExecution(executionId, minLevel, taskRunId, taskId, attempt)
                .forEach(line -> text.append(line.toText()));
        return ResponseEntity.ok()
                .contentType(MediaType.TEXT_PLAIN)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + executionId + ".log\"")
                .body(text.toString());
    }

    @DeleteMapping(ID)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String minLevel,
            @RequestParam(required = false) @Nullable String taskRunId,
            @RequestParam(required = false) @Nullable String taskId,
            @RequestParam(required = false) @Nullable Integer attempt) {
        executions.requireHead(executionId, Permission.LOG_DELETE);
        logs.delete(new Logs.Selection(executionId, minLevel, taskRunId, taskId, attempt));
    }

    @DeleteMapping("/{namespace}/{flowId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void deleteOfFlow(@PathVariable String namespace, @PathVariable String flowId) {
        access.require(Permission.LOG_DELETE, namespace);
        logs.deleteOfFlow(Caller.current().tenant(), namespace, flowId);
    }

    /// Lines as they come, until the execution has ended. The id of an event is the line's place:
    /// whoever was cut off goes on after it.
    @GetMapping(value = ID + "/follow", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String minLevel,
            @RequestHeader(value = "Last-Event-ID", required = false) @Nullable String last) {
        var tenant = executions.requireHead(executionId, Permission.LOG_READ).tenant();
        var selection = new Logs.Selection(executionId, minLevel, null, null, null);
        if (minLevel != null) {
            Logs.level(minLevel);
        }
        long from = last == null || !last.matches("\\d{1,18}") ? 0 : Long.parseLong(last);
        return EventStream.run(stream -> {
            if (from == 0) {
                stream.send("start", null);
            }
            try (var watch = feed.watch(executionId)) {
                tail(stream, watch, tenant, selection, from);
            }
            stream.send("end", null);
        });
    }

    private void tail(
            EventStream stream,
            Feed.Watch watch,
            String tenant,
            Logs.Selection selection,
            long from)
            throws Exception {
        long furthest = from;
        var sent = new HashSet<Long>();
        for (boolean over = false; ; ) {
            boolean news = false;
            long back = Math.max(from, furthest - OUT_OF_ORDER);
            for (var line : logs.after(selection, back)) {
                if (sent.add(line.seq())) {
                    stream.send(Long.toString(line.seq()), line);
                    furthest = Math.max(furthest, line.seq());
                    news = true;
                }
            }
            long forgotten = furthest - 2 * OUT_OF_ORDER;
            sent.removeIf(seq -> seq < forgotten);
            if (over && !news) {
                return;
            }
            over =
                    executions
                            .head(tenant, selection.executionId())
                            .map(e -> e.state().isTerminal())
                            .orElse(true);
            if (!news) {
                watch.await(over ? Duration.ofMillis(300) : Duration.ofSeconds(5));
                stream.keepAlive();
            }
        }
    }
}
