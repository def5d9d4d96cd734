// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import io.millrace.execution.Reads;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.access.TaskReach;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// Says which revisions of flows executions run on, to tasks that want to delete others.
@RestController
final class TaskRevisionController {
    private final Reads reads;
    private final TaskReach reach;

    TaskRevisionController(Reads reads, TaskReach reach) {
        this.reads = reads;
        this.reach = reach;
    }

    record Revision(String namespace, String flowId, int revision) {}

    record Live(List<Revision> revisions) {}

    @PostMapping("/internal/tasks/revisions/live")
    Live live() {
        var task = TaskIdentity.current();
        return new Live(
                reads.jdbc()
                        .sql(
                                """
                                select distinct namespace, flow_id, revision from executions
                                 where ended_at is null and tenant = :tenant
                                   and namespace || '.' like any (:scope)
                                """)
                        .param("tenant", task.tenant())
                        .param("scope", reach.writable(task.namespace()).likePatterns())
                        .query(Revision.class)
                        .list());
    }
}
