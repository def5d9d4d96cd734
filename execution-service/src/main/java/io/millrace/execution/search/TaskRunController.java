// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.execution.search.ExecutionView.TaskRunView;
import io.millrace.platform.access.Permission;
import io.millrace.platform.web.PagedResults;
import io.millrace.platform.web.Paging;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.HashMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Task runs by themselves, page by page.
@RestController
@RequestMapping("/api/v1/{tenant}")
final class TaskRunController {
    private final Executions executions;
    private final Clock clock;

    TaskRunController(Executions executions, Clock clock) {
        this.executions = executions;
        this.clock = clock;
    }

    /// Those of one execution, in the order in which they came about.
    @GetMapping("/executions/{executionId:[0-9A-Za-z]{22}}/taskruns")
    PagedResults<TaskRunView> ofExecution(
            @PathVariable String executionId, HttpServletRequest request, Paging paging) {
        return executions.taskRuns(
                executions.requireHead(executionId, Permission.EXECUTION_READ),
                TaskRunFilter.of(request.getParameterMap()),
                paging);
    }

    /// Those of all executions; conditions on the execution as in a search for executions, `state`
    /// is that of the task run.
    @GetMapping("/taskruns/search")
    PagedResults<TaskRunView> search(HttpServletRequest request, Paging paging) {
        var ofExecution = new HashMap<>(request.getParameterMap());
        ofExecution
                .keySet()
                .removeIf(name -> name.equals("state") || name.startsWith("filters[state]"));
        return executions.taskRuns(
                ExecutionFilter.of(ofExecution, clock),
                TaskRunFilter.of(request.getParameterMap()),
                paging);
    }

    /// How many task runs a search looks through at most: as many as there are.
    @GetMapping("/taskruns/maxTaskRunSetting")
    int most() {
        return Integer.MAX_VALUE;
    }
}
