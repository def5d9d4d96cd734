// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.execution.ExecutionProperties;
import io.millrace.execution.purge.Purge;
import io.millrace.execution.search.ExecutionFilter;
import io.millrace.execution.search.Executions;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Changes the course of many executions, named by their ids or found by a filter. Who accepts a
/// stream of events is told how far it is.
@RestController
@RequestMapping("/api/v1/{tenant}/executions")
final class BulkController {
    private final Course course;
    private final Bulk bulk;
    private final Clock clock;

    BulkController(
            Course course, Executions executions, ExecutionProperties properties, Clock clock) {
        this.course = course;
        this.bulk = new Bulk(executions, properties.mostInBulk());
        this.clock = clock;
    }

    /// @param count how many executions it was done to
    record Count(int count) {}

    record LabelsOf(List<String> executionsId, List<LaneEvent.Label> executionLabels) {
        LabelsOf {
            executionsId = Objects.requireNonNullElse(executionsId, List.of());
            executionLabels = Objects.requireNonNullElse(executionLabels, List.of());
        }
    }

    private @Nullable Count each(List<String> ids, Bulk.Work work) {
        return ProgressStream.orAnswer(progress -> new Count(bulk.each(ids, work, progress)));
    }

    private @Nullable Count found(HttpServletRequest request, Bulk.Work work) {
        var filter = ExecutionFilter.of(request.getParameterMap(), clock);
        return ProgressStream.orAnswer(progress -> new Count(bulk.found(filter, work, progress)));
    }

    @DeleteMapping("/kill/by-ids")
    @Nullable Count kill(@RequestBody List<String> ids) {
        return each(ids, course.work(Action.kill(true)));
    }

    @DeleteMapping("/kill/by-query")
    @Nullable Count kill(HttpServletRequest request) {
        return found(request, course.work(Action.kill(true)));
    }

    @PostMapping("/pause/by-ids")
    @Nullable Count pause(@RequestBody List<String> ids) {
        return each(ids, course.work(Action.pause()));
    }

    @PostMapping("/pause/by-query")
    @Nullable Count pause(HttpServletRequest request) {
        return found(request, course.work(Action.pause()));
    }

    @PostMapping("/resume/by-ids")
    @Nullable Count resume(@RequestBody List<String> ids) {
        return each(ids, course.resuming());
    }

    @PostMapping("/resume/by-query")
    @Nullable Count resume(HttpServletRequest request) {
        return found(request, course.resuming());
    }

    @PostMapping("/restart/by-ids")
    @Nullable Count restart(@RequestBody List<String> ids) {
        return each(ids, course.work(Action.restart()));
    }

    @PostMapping("/restart/by-query")
    @Nullable Count restart(HttpServletRequest request) {
        return found(request, course.work(Action.restart()));
    }

    @PostMapping("/replay/by-ids")
    @Nullable Count replay(
            @RequestBody List<String> ids,
            @RequestParam(defaultValue = "false") boolean latestRevision) {
        return each(ids, course.replaying(latestRevision));
    }

    @PostMapping("/replay/by-query")
    @Nullable Count replay(
            HttpServletRequest request,
            @RequestParam(defaultValue = "false") boolean latestRevision) {
        return found(request, course.replaying(latestRevision));
    }

    @PostMapping("/unqueue/by-ids")
    @Nullable Count unqueue(
            @RequestBody List<String> ids, @RequestParam(defaultValue = "RUNNING") String state) {
        return each(ids, course.work(Action.unqueue(state)));
    }

    @PostMapping("/unqueue/by-query")
    @Nullable Count unqueue(
            HttpServletRequest request, @RequestParam(defaultValue = "RUNNING") String newState) {
        return found(request, course.work(Action.unqueue(newState)));
    }

    @PostMapping("/force-run/by-ids")
    @Nullable Count forceRun(@RequestBody List<String> ids) {
        return each(ids, course.work(Action.forceRun()));
    }

    @PostMapping("/force-run/by-query")
    @Nullable Count forceRun(HttpServletRequest request) {
        return found(request, course.work(Action.forceRun()));
    }

    @PostMapping("/change-status/by-ids")
    @Nullable Count setState(@RequestBody List<String> ids, @RequestParam String newStatus) {
        return each(ids, course.work(Action.setState(newStatus)));
    }

    @PostMapping("/change-status/by-query")
    @Nullable Count setState(HttpServletRequest request, @RequestParam String newStatus) {
        return found(request, course.work(Action.setState(newStatus)));
    }

    @PostMapping("/labels/by-ids")
    @Nullable Count setLabels(@RequestBody LabelsOf labels) {
        var checked = labels.executionLabels().stream().map(Labels::user).toList();
        return each(labels.executionsId(), course.work(Action.setLabels(checked)));
    }

    @PostMapping("/labels/by-query")
    @Nullable Count setLabels(HttpServletRequest request, @RequestBody Object labels) {
        return found(request, course.work(Action.setLabels(CourseController.labels(labels))));
    }

    @DeleteMapping("/by-ids")
    @Nullable Count delete(
            @RequestBody List<String> ids,
            @RequestParam(defaultValue = "false") boolean includeNonTerminated,
            @RequestParam(defaultValue = "true") boolean deleteLogs,
            @RequestParam(defaultValue = "true") boolean deleteMetrics,
            @RequestParam(defaultValue = "true") boolean deleteStorage) {
        return each(
                ids,
                course.deleting(
                        new Course.Deletion(
                                includeNonTerminated,
                                new Purge.Parts(true, deleteLogs, deleteMetrics, deleteStorage))));
    }

    @DeleteMapping("/by-query")
    @Nullable Count delete(
            HttpServletRequest request,
            @RequestParam(defaultValue = "false") boolean includeNonTerminated,
            @RequestParam(defaultValue = "true") boolean deleteLogs,
            @RequestParam(defaultValue = "true") boolean deleteMetrics,
            @RequestParam(defaultValue = "true") boolean deleteStorage) {
        return found(
                request,
                course.deleting(
                        new Course.Deletion(
                                includeNonTerminated,
                                new Purge.Parts(true, deleteLogs, deleteMetrics, deleteStorage))));
    }
}
