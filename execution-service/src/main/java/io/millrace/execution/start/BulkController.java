// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.execution.search.ExecutionFilter;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.problem.Violation;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Changes the course of many executions, named by their ids or found by a filter.
@RestController
@RequestMapping("/api/v1/{tenant}/executions")
final class BulkController {
    private static final int MOST = 10_000;

    private final Course course;
    private final Executions executions;
    private final Access access;
    private final Clock clock;

    BulkController(Course course, Executions executions, Access access, Clock clock) {
        this.course = course;
        this.executions = executions;
        this.access = access;
        this.clock = clock;
    }

    /// @param count how many executions it was done to
    record Count(int count) {}

    record LabelsOf(List<String> executionsId, List<LaneEvent.Label> executionLabels) {}

    private static Count each(List<String> ids, Consumer<String> action) {
        var refused = new ArrayList<Violation>();
        int count = 0;
        for (var id : ids) {
            try {
                action.accept(id);
                count++;
            } catch (ServiceException e) {
                refused.add(Violation.of(id, e.detail()));
            }
        }
        if (!refused.isEmpty()) {
            throw new ServiceException.Invalid(
                    "Invalid bulk request: " + refused.getFirst().message(), refused);
        }
        return new Count(count);
    }

    private List<String> found(HttpServletRequest request) {
        return executions.ids(
                ExecutionFilter.of(request.getParameterMap(), clock),
                access.scope(Permission.EXECUTION_UPDATE),
                MOST);
    }

    @DeleteMapping("/kill/by-ids")
    Count kill(@RequestBody List<String> ids) {
        return each(ids, id -> course.kill(id, true));
    }

    @DeleteMapping("/kill/by-query")
    Count kill(HttpServletRequest request) {
        return each(found(request), id -> course.kill(id, true));
    }

    @PostMapping("/pause/by-ids")
    Count pause(@RequestBody List<String> ids) {
        return each(ids, course::pause);
    }

    @PostMapping("/pause/by-query")
    Count pause(HttpServletRequest request) {
        return each(found(request), course::pause);
    }

    @PostMapping("/resume/by-ids")
    Count resume(@RequestBody List<String> ids) {
        return each(ids, id -> course.resume(id, null, Form.NONE));
    }

    @PostMapping("/resume/by-query")
    Count resume(HttpServletRequest request) {
        return each(found(request), id -> course.resume(id, null, Form.NONE));
    }

    @PostMapping("/restart/by-ids")
    Count restart(@RequestBody List<String> ids) {
        return each(ids, id -> course.restart(id, null));
    }

    @PostMapping("/restart/by-query")
    Count restart(HttpServletRequest request) {
        return each(found(request), id -> course.restart(id, null));
    }

    @PostMapping("/replay/by-ids")
    Count replay(@RequestBody List<String> ids) {
        return each(ids, id -> course.replay(id, null, null, Form.NONE));
    }

    @PostMapping("/replay/by-query")
    Count replay(HttpServletRequest request) {
        return each(found(request), id -> course.replay(id, null, null, Form.NONE));
    }

    @PostMapping("/unqueue/by-ids")
    Count unqueue(
            @RequestBody List<String> ids, @RequestParam(defaultValue = "RUNNING") String state) {
        return each(ids, id -> course.unqueue(id, state));
    }

    @PostMapping("/unqueue/by-query")
    Count unqueue(
            HttpServletRequest request, @RequestParam(defaultValue = "RUNNING") String newState) {
        return each(found(request), id -> course.unqueue(id, newState));
    }

    @PostMapping("/force-run/by-ids")
    Count forceRun(@RequestBody List<String> ids) {
        return each(ids, course::forceRun);
    }

    @PostMapping("/force-run/by-query")
    Count forceRun(HttpServletRequest request) {
        return each(found(request), course::forceRun);
    }

    @PostMapping("/change-status/by-ids")
    Count setState(@RequestBody List<String> ids, @RequestParam String newStatus) {
        return each(ids, id -> course.setState(id, newStatus));
    }

    @PostMapping("/change-status/by-query")
    Count setState(HttpServletRequest request, @RequestParam String newStatus) {
        return each(found(request), id -> course.setState(id, newStatus));
    }

    @PostMapping("/labels/by-ids")
    Count setLabels(@RequestBody LabelsOf labels) {
        var checked = labels.executionLabels().stream().map(Labels::user).toList();
        return each(labels.executionsId(), id -> course.setLabels(id, checked));
    }

    @PostMapping("/labels/by-query")
    Count setLabels(HttpServletRequest request, @RequestBody Object labels) {
        var checked = CourseController.labels(labels);
        return each(found(request), id -> course.setLabels(id, checked));
    }

    @DeleteMapping("/by-ids")
    Count delete(
            @RequestBody List<String> ids,
            @RequestParam(defaultValue = "false") boolean includeNonTerminated,
            @RequestParam(defaultValue = "true") boolean deleteLogs,
            @RequestParam(defaultValue = "true") boolean deleteMetrics,
            @RequestParam(defaultValue = "true") boolean deleteStorage) {
        var deletion =
                new Course.Deletion(includeNonTerminated, deleteLogs, deleteMetrics, deleteStorage);
        return each(ids, id -> course.delete(id, deletion));
    }

    @DeleteMapping("/by-query")
    Count delete(
            HttpServletRequest request,
            @RequestParam(defaultValue = "false") boolean includeNonTerminated,
            @RequestParam(defaultValue = "true") boolean deleteLogs,
            @RequestParam(defaultValue = "true") boolean deleteMetrics,
            @RequestParam(defaultValue = "true") boolean deleteStorage) {
        var deletion =
                new Course.Deletion(includeNonTerminated, deleteLogs, deleteMetrics, deleteStorage);
        return each(found(request), id -> course.delete(id, deletion));
    }
}
