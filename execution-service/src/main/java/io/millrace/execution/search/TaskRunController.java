// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.execution.Reads;
import io.millrace.execution.search.ExecutionView.TaskRunView;
import io.millrace.platform.access.Permission;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Task runs by themselves, page by page.
@RestController
@RequestMapping("/api/v1/{tenant}")
final class TaskRunController {
    private final Executions executions;
    private final TaskRuns taskRuns;
    private final Clock clock;

    TaskRunController(Executions executions, Reads reads, Clock clock) {
        this.executions = executions;
        this.taskRuns = new TaskRuns(reads, clock);
        this.clock = clock;
    }

    /// Those of one execution, in the order in which they came about.
    ///
    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/executions/{executionId:[0-9A-Za-z]{22}}/taskruns")
    CursorResults<TaskRunView> ofExecution(
            @PathVariable String executionId,
            HttpServletRequest request,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return executions.taskRuns(
                executions.requireHead(executionId, Permission.EXECUTION_READ),
                TaskRunFilter.of(request.getParameterMap()),
                paging,
                cursor);
    }

    /// Those of one execution as rows of its tree: without their outputs, with how many are below
    /// each. A row costs the same whatever is below it.
    ///
    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/executions/{executionId:[0-9A-Za-z]{22}}/taskruns/outline")
    CursorResults<TaskRuns.Branch> outline(
            @PathVariable String executionId,
            HttpServletRequest request,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return taskRuns.outline(
                executions.requireHead(executionId, Permission.EXECUTION_READ),
                TaskRunFilter.of(request.getParameterMap()),
                paging,
                cursor);
    }

    /// How each task of one execution stands over all of its runs, in the order in which the tasks
    /// began.
    @GetMapping("/executions/{executionId:[0-9A-Za-z]{22}}/taskruns/states")
    List<TaskRuns.TaskStates> states(@PathVariable String executionId) {
        return taskRuns.states(executions.requireHead(executionId, Permission.EXECUTION_READ));
    }

    /// Those of all executions; conditions on the execution as in a search for executions, `state`
    /// is that of the task run.
    @GetMapping("/taskruns/search")
    Executions.TaskRunPage search(
            HttpServletRequest request,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        var ofExecution = new HashMap<>(request.getParameterMap());
        ofExecution
                .keySet()
                .removeIf(name -> name.equals("state") || name.startsWith("filters[state]"));
        return executions.taskRuns(
                ExecutionFilter.of(ofExecution, clock),
                TaskRunFilter.of(request.getParameterMap()),
                paging,
                cursor);
    }

    /// How many task runs a search looks through at most: as many as there are.
    @GetMapping("/taskruns/maxTaskRunSetting")
    int most() {
        return Integer.MAX_VALUE;
    }
}
