// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.flow.tasks.PurgeRequest;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.audit.AuditTrail;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Revisions of flows for running tasks. Whose they are is in their token, never in the request.
@RestController
@RequestMapping("/internal/tasks/flows")
class TaskFlowController {
    private final JdbcClient jdbc;
    private final TaskReach reach;
    private final AuditTrail audit;

    TaskFlowController(JdbcClient jdbc, TaskReach reach, AuditTrail audit) {
        this.jdbc = jdbc;
        this.reach = reach;
        this.audit = audit;
    }

    record Revision(String namespace, String flowId, int revision) {}

    /// @param except revisions that executions run on: they stay
    record Purge(PurgeRequest range, List<Revision> except) {}

    record PurgeAnswer(int size) {}

    /// Deletes former revisions; the newest of each flow always stays.
    @PostMapping("/purge")
    @Transactional
    PurgeAnswer purge(@RequestBody Purge purge) {
        var task = TaskIdentity.current();
        var request = purge.range();
        var range = request.range(task, reach);
        var except = purge.except();
        var before = request.before();
        int purged =
                jdbc.sql(
                                """
                                delete from flow_revision r using flow f
                                 where f.tenant = :tenant
                                   and f.namespace || '.' like any (:namespaces)
                                   and f.namespace || '.' like any (:within)
                                   and f.id like :names
                                   and r.tenant = f.tenant and r.namespace = f.namespace
                                   and r.id = f.id and r.revision < f.revision
                                   and r.revision <= f.revision - :keep
                                   and (cast(:before as timestamptz) is null
                                        or r.created_at < :before)
                                   and (r.namespace, r.id, r.revision) not in (
                                        select * from unnest(:exceptNamespaces::text[],
                                                             :exceptIds::text[],
                                                             :exceptRevisions::int[]))
                                """)
                        .param("tenant", range.tenant())
                        .param("namespaces", range.namespaces())
                        .param("within", range.within())
                        .param("names", range.names())
                        .param("keep", request.kept())
                        .param("before", before == null ? null : before.atOffset(ZoneOffset.UTC))
                        .param(
                                "exceptNamespaces",
                                except.stream().map(Revision::namespace).toArray(String[]::new))
                        .param(
                                "exceptIds",
                                except.stream().map(Revision::flowId).toArray(String[]::new))
                        .param(
                                "exceptRevisions",
                                except.stream().map(Revision::revision).toArray(Integer[]::new))
                        .update();
        if (purged > 0) {
            audit.changed(
                    task.tenant(),
                    task.subject(),
                    "flow.purge-revisions",
                    "flow",
                    Map.of("count", Integer.toString(purged)));
        }
        return new PurgeAnswer(purged);
    }
}
