// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.slots;

import io.millrace.execution.Reads;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// How many executions of flows with a concurrency limit hold a slot.
@RestController
@RequestMapping("/api/v1/{tenant}/concurrency-limit")
final class ConcurrencyLimitController {
    private final Reads reads;
    private final Access access;

    ConcurrencyLimitController(Reads reads, Access access) {
        this.reads = reads;
        this.access = access;
    }

    record ConcurrencyLimit(String tenantId, String namespace, String flowId, long running) {}

    /// The first 10,000 of them, unless `size` says how many.
    ///
    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/search")
    CursorResults<ConcurrencyLimit> search(
            @RequestParam(required = false) @Nullable String page,
            @RequestParam(required = false) @Nullable String size,
            @RequestParam(required = false) @Nullable String cursor) {
        var tenant = Caller.current().tenant();
        var scope = access.scope(Permission.EXECUTION_READ);
        var all =
                reads
                        .jdbc()
                        .sql(
                                """
                                select namespace, flow_id, count(*) filter (where slot = 'HELD')
                                  from executions
                                 where tenant = :tenant and slot is not null
                                 group by 1, 2 order by 1, 2
                                """)
                        .param("tenant", tenant)
                        .query((row, _) ->
                                new ConcurrencyLimit(
                                        tenant, row.getString(1), row.getString(2), row.getLong(3)))
                        .list()
                        .stream()
                        .filter(limit -> scope.contains(limit.namespace()))
                        .toList();
        return CursorResults.of(
                all,
                Paging.ofWhole(page, size),
                cursor,
                limit -> Place.of(limit.namespace(), limit.flowId()));
    }

    /// Slots are counted from the executions that hold one, so that no number can be wrong or needs
    /// to be set.
    ///
    /// @throws ServiceException.Refused if another number is asked for than there is
    @PutMapping("/{namespace}/{flowId}")
    ConcurrencyLimit set(
            @PathVariable String namespace,
            @PathVariable String flowId,
            @RequestBody ConcurrencyLimit wanted) {
        access.require(Permission.FLOW_UPDATE, namespace);
        var tenant = Caller.current().tenant();
        long running =
                reads.jdbc()
                        .sql(
                                """
                                select count(*) from executions
                                 where tenant = :tenant and namespace = :namespace
                                   and flow_id = :flow and slot = 'HELD'
                                """)
                        .param("tenant", tenant)
                        .param("namespace", namespace)
                        .param("flow", flowId)
                        .query(Long.class)
                        .single();
        if (wanted.running() != running) {
            throw new ServiceException.Refused(
                    "Slots are counted from executions: "
                            + running
                            + " run; kill or force-run some to change that");
        }
        return new ConcurrencyLimit(tenant, namespace, flowId, running);
    }
}
