// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import io.millrace.execution.Reads;
import io.millrace.execution.follow.EventStream;
import io.millrace.execution.follow.Feed;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.Paging;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// Log lines: of an execution, of all, and as they come.
@RestController
@RequestMapping("/api/v1/{tenant}/logs")
final class LogController {
    private static final String ID = "/{executionId:[0-9A-Za-z]{22}}";
    private static final int MOST = 100_000;

    /// Lines get their numbers a moment before their transaction has its own: so many, at most.
    private static final int BEFORE_ITS_TRANSACTION = 1000;

    private final Logs logs;
    private final Executions executions;
    private final Access access;
    private final Feed feed;
    private final Clock clock;

    LogController(
            Reads reads,
            JdbcClient writes,
            Executions executions,
            Access access,
            Feed feed,
            Clock clock) {
        this.clock = clock;
        this.logs = new Logs(reads, writes);
        this.executions = executions;
        this.access = access;
        this.feed = feed;
    }

    /// Lines of all executions, the newest first if nothing else is asked for.
    @GetMapping("/search")
    Logs.Page search(
            HttpServletRequest request,
            @RequestParam(required = false) @Nullable String cursor,
            Paging paging) {
        return logs.search(
                LogFilter.of(request.getParameterMap(), clock)
                        .where(Caller.current().tenant(), access.scope(Permission.LOG_READ)),
                paging,
                cursor);
    }

    /// Lines of one execution, in the order of time: no more than the first 100,000.
    @GetMapping(ID)
    List<LogEntryView> ofExecution(@PathVariable String executionId, HttpServletRequest request) {
        executions.requireHead(executionId, Permission.LOG_READ);
        return logs.of(ofOne(executionId, request), MOST);
    }

    /// Some lines of one execution, in the order of time, from any place in it: from the first, if
    /// none is said.
    ///
    /// @param from the line at this place and what is after it
    /// @param after what is after the line at this place
    /// @param before the last lines before this place; `end`: the last of all
    @GetMapping(ID + "/page")
    Logs.Window page(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String before,
            @RequestParam(defaultValue = "500") int size,
            HttpServletRequest request) {
        executions.requireHead(executionId, Permission.LOG_READ);
        if (Stream.of(from, after, before).filter(Objects::nonNull).count() > 1) {
            throw new ServiceException.Invalid(
                    "before", "Illegal argument: expected one of from, after and before");
        }
        var where = ofOne(executionId, request);
        int most = Math.clamp(size, 1, Logs.PAGE);
        if (before != null) {
            var key = before.equals("end") ? LineKey.END : LineKey.of("before", before);
            return logs.window(where, Logs.Side.BEFORE, key, most);
        }
        if (after != null) {
            return logs.window(where, Logs.Side.AFTER, LineKey.of("after", after), most);
        }
        var key = from == null ? LineKey.BEGIN : LineKey.of("from", from);
        return logs.window(where, Logs.Side.FROM, key, most);
    }

    private LogFilter.Where ofOne(String executionId, HttpServletRequest request) {
        return LogFilter.of(request.getParameterMap(), clock).where(executionId);
    }

    /// All lines of one execution, in the order of time.
    @GetMapping(ID + "/download")
    ResponseEntity<StreamingResponseBody> download(
            @PathVariable String executionId, HttpServletRequest request) {
        executions.requireHead(executionId, Permission.LOG_READ);
        var where = ofOne(executionId, request);
        return ResponseEntity.ok()
                .contentType(new MediaType("text", "plain", StandardCharsets.UTF_8))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + executionId + ".log\"")
                .body(body -> {
                    for (@Nullable LineKey last = LineKey.BEGIN; last != null; ) {
                        var page = logs.window(where, Logs.Side.AFTER, last, Logs.PAGE);
                        for (var line : page.results()) {
                            body.write(line.toText().getBytes(StandardCharsets.UTF_8));
                        }
                        last = page.more() ? page.last() : null;
                    }
                });
    }

    @DeleteMapping(ID)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String executionId, HttpServletRequest request) {
        executions.requireHead(executionId, Permission.LOG_DELETE);
        logs.delete(ofOne(executionId, request));
    }

    @DeleteMapping("/{namespace}/{flowId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void deleteOfFlow(@PathVariable String namespace, @PathVariable String flowId) {
        access.require(Permission.LOG_DELETE, namespace);
        logs.deleteOfFlow(Caller.current().tenant(), namespace, flowId);
    }

    /// Lines as they come, until the execution has ended. The id of an event is a place: whoever
    /// was cut off and says it gets all that he wasn't told, and nothing twice.
    @GetMapping(value = ID + "/follow", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(
            @PathVariable String executionId,
            HttpServletRequest request,
            @RequestHeader(value = "Last-Event-ID", required = false) @Nullable String last) {
        var tenant = executions.requireHead(executionId, Permission.LOG_READ).tenant();
        var where = ofOne(executionId, request);
        var from = LogPlace.of(last);
        return EventStream.run(stream -> {
            if (from.equals(LogPlace.BEGIN)) {
                stream.send("start", null);
            }
            try (var watch = feed.watch(executionId)) {
                tail(stream, watch, tenant, executionId, where, from);
            }
            stream.send("end", null);
        });
    }

    private void tail(
            EventStream stream,
            Feed.Watch watch,
            String tenant,
            String executionId,
            LogFilter.Where where,
            LogPlace from)
            throws Exception {
        var place = from;
        long furthest = from.seq();
        // what comes later has a higher number than `floor`: it is of a transaction after `marked`
        long floor = 0;
        long marked = Long.MAX_VALUE;
        long atMark = 0;
        for (boolean over = false; ; ) {
            boolean news = false;
            Logs.Tail page;
            do {
                page = logs.tail(where, place, floor);
                for (var line : page.lines()) {
                    place = place.at(line.seq(), String.valueOf(page.seen()));
                    stream.send(place.toString(), line);
                    furthest = Math.max(furthest, line.seq());
                    news = true;
                }
            } while (page.lines().size() == Logs.PAGE);
            place = place.done();
            if (news && place.oldest() >= marked) {
                floor = atMark;
                marked = Long.MAX_VALUE;
            }
            if (news && marked == Long.MAX_VALUE) {
                marked = place.next();
                atMark = Math.max(floor, furthest - BEFORE_ITS_TRANSACTION);
            }
            if (over && !news) {
                return;
            }
            over =
                    executions
                            .head(tenant, executionId)
                            .map(e -> e.state().isTerminal())
                            .orElse(true);
            if (!news) {
                watch.await(over ? Duration.ofMillis(300) : Duration.ofSeconds(5));
                stream.keepAlive();
            }
        }
    }
}
