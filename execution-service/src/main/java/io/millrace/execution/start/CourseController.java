// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.StoredExecution;
import io.millrace.execution.search.ExecutionView;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Changes the course of one execution.
@RestController
@RequestMapping("/api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}")
final class CourseController {
    private final Course course;
    private final Executions executions;

    CourseController(Course course, Executions executions) {
        this.course = course;
        this.executions = executions;
    }

    private ExecutionView view(String id, LaneAnswer answer) {
        var state = answer.state();
        return executions.view(
                state == null
                        ? executions.require(id, Permission.EXECUTION_UPDATE)
                        : new StoredExecution(state.execution(), 0, state.taskRuns()));
    }

    @DeleteMapping("/kill")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void kill(
            @PathVariable String executionId,
            @RequestParam(defaultValue = "true") boolean isOnKillCascade) {
        course.kill(executionId, isOnKillCascade);
    }

    @PostMapping("/pause")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void pause(@PathVariable String executionId) {
        course.pause(executionId);
    }

    /// @param taskRunId the paused task run, or absent for the first that is paused
    @PostMapping("/resume")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resume(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String taskRunId,
            HttpServletRequest request)
            throws IOException, ServletException {
        course.resume(
                executionId,
                ordinal(executionId, taskRunId),
                Form.read(request, Set.of("taskRunId")));
    }

    @PostMapping("/restart")
    ExecutionView restart(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable Integer revision) {
        return view(executionId, course.restart(executionId, revision));
    }

    @PostMapping({"/replay", "/replay-with-inputs"})
    ExecutionView replay(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String taskRunId,
            @RequestParam(required = false) @Nullable Integer revision,
            HttpServletRequest request)
            throws IOException, ServletException {
        var form = Form.read(request, Set.of("taskRunId", "revision", "breakpoints"));
        var replay = course.replay(executionId, ordinal(executionId, taskRunId), revision, form);
        return view(replay.id(), replay.answer());
    }

    @PostMapping("/force-run")
    ExecutionView forceRun(@PathVariable String executionId) {
        return view(executionId, course.forceRun(executionId));
    }

    @PostMapping("/unqueue")
    ExecutionView unqueue(
            @PathVariable String executionId,
            @RequestParam(defaultValue = "RUNNING") String state) {
        return view(executionId, course.unqueue(executionId, state));
    }

    record TaskRunState(String taskRunId, String state) {}

    @PostMapping("/state")
    ExecutionView setTaskRunState(
            @PathVariable String executionId, @RequestBody TaskRunState wanted) {
        var ordinal = ordinal(executionId, wanted.taskRunId());
        if (ordinal == null) {
            throw new ServiceException.Invalid("taskRunId", "Expected a task run id");
        }
        return view(executionId, course.setTaskRunState(executionId, ordinal, wanted.state()));
    }

    @PostMapping("/change-status")
    ExecutionView setState(@PathVariable String executionId, @RequestParam String status) {
        return view(executionId, course.setState(executionId, status));
    }

    @PostMapping("/labels")
    ExecutionView setLabels(@PathVariable String executionId, @RequestBody Object labels) {
        return view(executionId, course.setLabels(executionId, labels(labels)));
    }

    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String executionId,
            @RequestParam(defaultValue = "true") boolean deleteLogs,
            @RequestParam(defaultValue = "true") boolean deleteMetrics,
            @RequestParam(defaultValue = "true") boolean deleteStorage) {
        course.delete(
                executionId, new Course.Deletion(false, deleteLogs, deleteMetrics, deleteStorage));
    }

    private static @Nullable Integer ordinal(String executionId, @Nullable String taskRunId) {
        if (taskRunId == null || taskRunId.isBlank()) {
            return null;
        }
        var ordinal = ExecutionView.ordinal(executionId, taskRunId);
        if (ordinal == null) {
            throw new ServiceException.Refused("No task found for id " + taskRunId);
        }
        return ordinal;
    }

    /// Labels as a list of keys and values, or as a map.
    static List<LaneEvent.Label> labels(Object given) {
        var labels = new ArrayList<LaneEvent.Label>();
        if (given instanceof List<?> list) {
            for (var label : list) {
                if (!(label instanceof Map<?, ?> map)
                        || map.get("key") == null
                        || map.get("value") == null) {
                    throw new ServiceException.Invalid("labels", "Expected a key and a value");
                }
                labels.add(
                        new LaneEvent.Label(
                                String.valueOf(map.get("key")), String.valueOf(map.get("value"))));
            }
        } else if (given instanceof Map<?, ?> map) {
            map.forEach((key, value) ->
                    labels.add(new LaneEvent.Label(String.valueOf(key), String.valueOf(value))));
        } else {
            throw new ServiceException.Invalid("labels", "Expected labels");
        }
        return labels.stream().map(Labels::user).toList();
    }
}
