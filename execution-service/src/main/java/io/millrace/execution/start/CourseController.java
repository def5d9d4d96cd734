// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.LaneEvent;
import io.millrace.execution.lane.LaneAnswer;
import io.millrace.execution.lane.StoredExecution;
import io.millrace.execution.purge.Purge;
import io.millrace.execution.search.ExecutionView;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Permission;
import io.millrace.platform.audit.ChangeRecord;
import io.millrace.platform.problem.ServiceException;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Changes the course of one execution.
@RestController
@RequestMapping("/api/v1/{tenant}/executions")
final class CourseController {
    private static final String ID = "/{executionId:[0-9A-Za-z]{22}}";

    /// As newer clients call it.
    private static final String ACTIONS = ID + "/actions";

    private final Course course;
    private final Executions executions;
    private final IdempotencyKeys keys;
    private final ExecutionStarter starter;

    CourseController(
            Course course, Executions executions, IdempotencyKeys keys, ExecutionStarter starter) {
        this.course = course;
        this.executions = executions;
        this.keys = keys;
        this.starter = starter;
    }

    private ExecutionView view(String id, LaneAnswer answer) {
        var state = answer.state();
        return executions.view(
                state == null
                        ? executions.require(id, Permission.EXECUTION_UPDATE)
                        : new StoredExecution(state.execution(), 0, state.taskRuns()));
    }

    @DeleteMapping({ID + "/kill", ACTIONS + "/kill"})
    @ResponseStatus(HttpStatus.ACCEPTED)
    ExecutionView kill(
            @PathVariable String executionId,
            @RequestParam(defaultValue = "true") boolean isOnKillCascade) {
        return view(executionId, course.kill(executionId, isOnKillCascade));
    }

    @PostMapping(ACTIONS + "/pause")
    ExecutionView pause(@PathVariable String executionId) {
        return view(executionId, course.act(executionId, Action.pause()));
    }

    /// As clients before Kestra 2 know it: without an answer.
    @PostMapping(ID + "/pause")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void pauseSilently(@PathVariable String executionId) {
        course.act(executionId, Action.pause());
    }

    /// The paused task run is that of the parameter `taskRunId`, or else the first that is paused.
    @Parameter(in = ParameterIn.QUERY, name = "taskRunId", schema = @Schema(type = "string"))
    @PostMapping(ACTIONS + "/resume")
    ExecutionView resume(@PathVariable String executionId, HttpServletRequest request)
            throws IOException {
        return view(executionId, resumed(executionId, request));
    }

    /// As clients before Kestra 2 know it: without an answer.
    @Parameter(in = ParameterIn.QUERY, name = "taskRunId", schema = @Schema(type = "string"))
    @PostMapping(ID + "/resume")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resumeSilently(@PathVariable String executionId, HttpServletRequest request)
            throws IOException {
        resumed(executionId, request);
    }

    private LaneAnswer resumed(String executionId, HttpServletRequest request) throws IOException {
        return course.resume(
                executionId, ordinalInAddress(executionId, request), Form.read(request));
    }

    private static @Nullable Integer ordinalInAddress(
            String executionId, HttpServletRequest request) {
        return ordinal(executionId, new QueryString(request).get("taskRunId").orElse(null));
    }

    /// @param breakpoints those at which it stops from now on, as at the start
    @PostMapping(ACTIONS + "/resume-from-breakpoint")
    ExecutionView goOnFromBreakpoint(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String breakpoints) {
        return view(
                executionId,
                course.act(executionId, Action.liftBreakpoint(Breakpoints.of(breakpoints))));
    }

    /// As clients before Kestra 2 know it: without an answer.
    @PostMapping(ID + "/resume-from-breakpoint")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void goOnFromBreakpointSilently(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable String breakpoints) {
        course.act(executionId, Action.liftBreakpoint(Breakpoints.of(breakpoints)));
    }

    /// What the paused task would say to these inputs; nothing is resumed.
    @Parameter(in = ParameterIn.QUERY, name = "taskRunId", schema = @Schema(type = "string"))
    @PostMapping({ID + "/resume/validate", ACTIONS + "/resume/validate"})
    InputsReport validateResume(@PathVariable String executionId, HttpServletRequest request)
            throws IOException {
        return course.validateResume(
                executionId, ordinalInAddress(executionId, request), Form.read(request));
    }

    @PostMapping({ID + "/restart", ACTIONS + "/restart"})
    ExecutionView restart(
            @PathVariable String executionId,
            @RequestParam(required = false) @Nullable Integer revision) {
        var begun = course.restart(executionId, revision);
        return view(begun.id(), begun.answer());
    }

    @Parameter(in = ParameterIn.QUERY, name = "taskRunId", schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "revision",
            schema = @Schema(type = "integer", format = "int32"))
    @Parameter(in = ParameterIn.QUERY, name = "breakpoints", schema = @Schema(type = "string"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "kind",
            schema =
                    @Schema(
                            type = "string",
                            allowableValues = {"NORMAL", "PLAYGROUND"}),
            description = "PLAYGROUND marks it as one that only tries the flow")
    @PostMapping({
        ID + "/replay",
        ID + "/replay-with-inputs",
        ACTIONS + "/replay",
        ACTIONS + "/replay-with-inputs"
    })
    ExecutionView replay(
            @PathVariable String executionId,
            @RequestHeader(value = "Idempotency-Key", required = false) @Nullable String key,
            HttpServletRequest request)
            throws IOException {
        var form = Form.read(request);
        var query = new QueryString(request);
        var taskRun = ordinalInAddress(executionId, request);
        var revision = query.number("revision");
        var breakpoints = Breakpoints.of(query.get("breakpoints").orElse(null));
        boolean playground = StartController.isPlayground(query.get("kind").orElse("NORMAL"));
        var asked =
                List.of(
                        "replay",
                        executionId,
                        "" + taskRun,
                        "" + revision,
                        breakpoints,
                        playground);
        var newId = keys.idFor(key, () -> form.fingerprint("" + asked), starter::newId);
        var begun =
                course.replay(executionId, newId, taskRun, revision, breakpoints, playground, form);
        ChangeRecord.note("execution", begun.id());
        return view(begun.id(), begun.answer());
    }

    @PostMapping({ID + "/force-run", ACTIONS + "/force-run"})
    ExecutionView forceRun(@PathVariable String executionId) {
        return view(executionId, course.act(executionId, Action.forceRun()));
    }

    @PostMapping({ID + "/unqueue", ACTIONS + "/unqueue"})
    ExecutionView unqueue(
            @PathVariable String executionId,
            @RequestParam(defaultValue = "RUNNING") String state) {
        return view(executionId, course.act(executionId, Action.unqueue(state)));
    }

    record TaskRunState(String taskRunId, String state) {}

    @PostMapping({ID + "/state", ACTIONS + "/state"})
    ExecutionView setTaskRunState(
            @PathVariable String executionId, @RequestBody TaskRunState wanted) {
        var ordinal = ordinal(executionId, wanted.taskRunId());
        if (ordinal == null) {
            throw new ServiceException.Invalid("taskRunId", "Expected a task run id");
        }
        return view(
                executionId,
                course.act(executionId, Action.setTaskRunState(ordinal, wanted.state())));
    }

    @PostMapping({ID + "/change-status", ACTIONS + "/change-status"})
    ExecutionView setState(@PathVariable String executionId, @RequestParam String status) {
        return view(executionId, course.act(executionId, Action.setState(status)));
    }

    @PostMapping({ID + "/labels", ACTIONS + "/labels"})
    ExecutionView setLabels(@PathVariable String executionId, @RequestBody Object labels) {
        return view(executionId, course.act(executionId, Action.setLabels(labels(labels))));
    }

    @DeleteMapping(ID)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String executionId,
            @RequestParam(defaultValue = "true") boolean deleteLogs,
            @RequestParam(defaultValue = "true") boolean deleteMetrics,
            @RequestParam(defaultValue = "true") boolean deleteStorage) {
        course.delete(
                executionId,
                new Course.Deletion(
                        false, new Purge.Parts(true, deleteLogs, deleteMetrics, deleteStorage)));
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
