// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import io.millrace.execution.Reads;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.problem.ServiceException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Log lines for running tasks. Whose they are is in their token, never in the request.
@RestController
@RequestMapping("/internal/tasks/logs")
final class TaskLogController {
    private static final int MOST_LINES = 10_000;

    private final Logs logs;
    private final Executions executions;
    private final TaskReach reach;

    TaskLogController(Reads reads, JdbcClient writes, Executions executions, TaskReach reach) {
        this.logs = new Logs(reads, writes);
        this.executions = executions;
        this.reach = reach;
    }

    /// @param namespace absent: any that the task reads
    /// @param flowId absent: any
    /// @param executionId absent: the task's own
    /// @param taskIds empty: all
    record Selection(
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String executionId,
            @Nullable List<String> taskIds,
            String minLevel) {}

    record ReadRequest(Selection selection, long offset, int limit) {}

    record ReadAnswer(List<LogEntryView> lines) {}

    /// A page of the lines of an execution, in the order of time.
    @PostMapping("/read")
    ReadAnswer read(@RequestBody ReadRequest request) {
        var task = TaskIdentity.current();
        var selection = request.selection();
        var id = selection.executionId() == null ? task.execution() : selection.executionId();
        boolean known =
                executions
                        .head(task.tenant(), id)
                        .filter(e -> reach.mayRead(task.namespace(), e.namespace()))
                        .filter(e ->
                                selection.namespace() == null
                                        || selection.namespace().equals(e.namespace()))
                        .filter(e ->
                                selection.flowId() == null || selection.flowId().equals(e.flowId()))
                        .isPresent();
        if (!known) {
            throw new ServiceException.NotFound("Unable to find execution " + id);
        }
        return new ReadAnswer(
                logs.ofTasks(
                        id,
                        selection.taskIds() == null ? List.of() : selection.taskIds(),
                        selection.minLevel(),
                        Math.clamp(request.limit(), 1, MOST_LINES),
                        request.offset()));
    }
}
