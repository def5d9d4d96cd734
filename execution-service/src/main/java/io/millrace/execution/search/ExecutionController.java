// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.engine.Execution;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.Paging;
import jakarta.servlet.http.HttpServletRequest;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// Executions, one and many.
@RestController
@RequestMapping("/api/v1/{tenant}/executions")
final class ExecutionController {
    private static final int MOST_FLOWS = 1_000;
    private static final int CSV_PAGE = 500;

    private final Executions executions;
    private final Clock clock;

    ExecutionController(Executions executions, Clock clock) {
        this.executions = executions;
        this.clock = clock;
    }

    /// @param taskRuns whether the answer lists them
    @GetMapping("/{executionId:[0-9A-Za-z]{22}}")
    ExecutionView get(
            @PathVariable String executionId,
            @RequestParam(defaultValue = "true") boolean taskRuns) {
        return taskRuns
                ? executions.view(executions.require(executionId, Permission.EXECUTION_READ))
                : executions.view(executions.requireHead(executionId, Permission.EXECUTION_READ));
    }

    /// @param cursor of the page before, in place of a page's number
    /// @param taskRuns whether the answer lists those of each execution
    /// @param count whether all that are found are counted, else those up to this page
    @GetMapping({"", "/search"})
    Executions.Page search(
            HttpServletRequest request,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "true") boolean taskRuns,
            @RequestParam(defaultValue = "true") boolean count,
            Paging paging) {
        return executions.search(filter(request), paging, cursor, taskRuns, count);
    }

    private ExecutionFilter filter(HttpServletRequest request) {
        return ExecutionFilter.of(request.getParameterMap(), clock);
    }

    record Latest(String id, String flowId, String namespace, Instant startDate, String status) {
        static Latest of(Execution e) {
            return new Latest(
                    e.id(), e.flowId(), e.namespace(), e.history().startedAt(), e.state().name());
        }
    }

    /// The latest execution of each of these flows.
    @PostMapping("/latest")
    List<Latest> latest(@RequestBody List<Executions.FlowFilter> flows) {
        if (flows.size() > MOST_FLOWS) {
            throw new ServiceException.Invalid(
                    "flows", "Expected at most " + MOST_FLOWS + " flows but got " + flows.size());
        }
        return executions.latest(flows).stream().map(Latest::of).toList();
    }

    /// All that a filter finds as a file of comma-separated values.
    @GetMapping(value = "/export/by-query/csv", produces = "text/csv")
    ResponseEntity<StreamingResponseBody> export(HttpServletRequest request) {
        var pages = executions.pages(filter(request), CSV_PAGE);
        return ResponseEntity.ok()
                .contentType(new MediaType("text", "csv", StandardCharsets.UTF_8))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"executions.csv\"")
                .body(body -> {
                    var writer =
                            new BufferedWriter(
                                    new OutputStreamWriter(body, StandardCharsets.UTF_8));
                    writer.write(ExecutionCsv.HEADER);
                    while (pages.hasNext()) {
                        for (var execution : pages.next()) {
                            writer.write(ExecutionCsv.line(execution));
                        }
                        writer.flush();
                    }
                    writer.flush();
                });
    }

    /// Values of a field among the latest executions that a filter finds.
    @GetMapping("/distinct-field-values")
    List<String> distinct(
            @RequestParam String field,
            @RequestParam(defaultValue = "100") int size,
            HttpServletRequest request) {
        return executions.distinct(field, filter(request), Math.clamp(size, 1, MOST_FLOWS));
    }
}
