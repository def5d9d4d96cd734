// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import static java.util.stream.Collectors.groupingBy;

import io.millrace.engine.Execution;
import io.millrace.engine.TaskRun;
import io.millrace.execution.Reads;
import io.millrace.execution.files.LargeOutputs;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.execution.lane.StoredExecution;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.PagedResults;
import io.millrace.platform.web.Paging;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Executions for those who read them. All questions are about the caller's own tenant, and about
/// namespaces that the caller may read.
public final class Executions {
    private static final int MOST_COUNTED = 100_000;
    private static final Map<String, String> SORTABLE =
            Map.of(
                    "id", "id",
                    "state.startDate", "created_at",
                    "state.endDate", "ended_at",
                    "state.duration", "(coalesce(ended_at, now()) - created_at)",
                    "state.current", "state",
                    "namespace", "namespace",
                    "flowId", "flow_id");

    private final Reads reads;
    private final Access access;
    private final LargeOutputs largeOutputs;
    private final Clock clock;

    public Executions(Reads reads, Access access, LargeOutputs largeOutputs, Clock clock) {
        this.reads = reads;
        this.access = access;
        this.largeOutputs = largeOutputs;
        this.clock = clock;
    }

    /// @throws ServiceException.NotFound if there is none, or the caller may not know of it
    public StoredExecution require(String id, Permission permission) {
        var stored =
                find(Caller.current().tenant(), id)
                        .orElseThrow(() -> new ServiceException.NotFound(notFound(id)));
        access.require(permission, stored.execution().namespace(), "Execution " + id);
        return stored;
    }

    /// Without its task runs.
    ///
    /// @throws ServiceException.NotFound if there is none, or the caller may not know of it
    public Execution requireHead(String id, Permission permission) {
        var execution =
                head(Caller.current().tenant(), id)
                        .orElseThrow(() -> new ServiceException.NotFound(notFound(id)));
        access.require(permission, execution.namespace(), "Execution " + id);
        return execution;
    }

    private static String notFound(String id) {
        return "Not Found: Execution " + id;
    }

    public Optional<Execution> head(String tenant, String id) {
        return reads.jdbc()
                .sql("select * from executions where id = :id and tenant = :tenant")
                .param("id", id)
                .param("tenant", tenant)
                .query((row, _) -> ExecutionColumns.execution(row))
                .optional();
    }

    public Optional<StoredExecution> find(String tenant, String id) {
        record Head(Execution execution, long version) {}
        return reads.jdbc()
                .sql("select * from executions where id = :id and tenant = :tenant")
                .param("id", id)
                .param("tenant", tenant)
                .query((row, _) ->
                        new Head(ExecutionColumns.execution(row), row.getLong("version")))
                .optional()
                .map(head ->
                        new StoredExecution(
                                head.execution(),
                                head.version(),
                                taskRuns(List.of(id)).getOrDefault(id, List.of())));
    }

    private record Run(String executionId, TaskRun taskRun) {}

    private Map<String, List<TaskRun>> taskRuns(List<String> ids) {
        return reads
                .jdbc()
                .sql(
                        """
                        select execution_id, ordinal, task_id, parent, iteration, value, state,
                               phase, dispatch, since, wake_at, worker_id, history, attempts,
                               cursor, outputs, outputs_uri, error, null as rendered,
                               null as items
                          from task_runs where execution_id = any(:ids)
                         order by execution_id, ordinal
                        """)
                .param("ids", ids.toArray(String[]::new))
                .query((row, _) ->
                        new Run(row.getString("execution_id"), ExecutionColumns.taskRun(row)))
                .list()
                .stream()
                .collect(
                        groupingBy(
                                Run::executionId,
                                java.util.stream.Collectors.mapping(
                                        Run::taskRun, java.util.stream.Collectors.toList())));
    }

    public ExecutionView view(StoredExecution stored) {
        return ExecutionView.of(
                stored.execution(),
                largeOutputs.filledIn(stored.execution(), stored.taskRuns()),
                clock.instant());
    }

    /// One page, the newest first if nothing else is asked for.
    public PagedResults<ExecutionView> search(ExecutionFilter filter, Paging paging) {
        var where =
                filter.where(Caller.current().tenant(), access.scope(Permission.EXECUTION_READ));
        var heads =
                reads.jdbc()
                        .sql(
                                "select * from executions e where "
                                        + where.sql()
                                        + " order by "
                                        + paging.orderBy(SORTABLE, "created_at desc, id desc")
                                        + " limit :limit offset :offset")
                        .params(where.parameters())
                        .param("limit", paging.size())
                        .param("offset", paging.offset())
                        .query((row, _) -> ExecutionColumns.execution(row))
                        .list();
        var runs = taskRuns(heads.stream().map(Execution::id).toList());
        var now = clock.instant();
        return new PagedResults<>(
                heads.stream()
                        .map(e -> ExecutionView.of(e, runs.getOrDefault(e.id(), List.of()), now))
                        .toList(),
                heads.size() < paging.size() && (paging.page() == 1 || !heads.isEmpty())
                        ? paging.offset() + heads.size()
                        : count(where));
    }

    private long count(ExecutionFilter.Where where) {
        return reads.jdbc()
                .sql(
                        "select count(*) from (select from executions e where "
                                + where.sql()
                                + " limit "
                                + MOST_COUNTED
                                + ") as found")
                .params(where.parameters())
                .query(Long.class)
                .single();
    }

    /// Ids of all that a filter finds, the newest first.
    public List<String> ids(ExecutionFilter filter, NamespaceScope scope, int limit) {
        var where = filter.where(Caller.current().tenant(), scope);
        return reads.jdbc()
                .sql(
                        "select id from executions e where "
                                + where.sql()
                                + " order by created_at desc limit :limit")
                .params(where.parameters())
                .param("limit", limit)
                .query(String.class)
                .list();
    }

    /// Namespaces with executions that the caller may read.
    public List<String> namespaces() {
        var scope = access.scope(Permission.EXECUTION_READ);
        return reads
                .jdbc()
                .sql(
                        """
                        with recursive names as (
                          (select namespace collate "C" as namespace from executions
                            where tenant = :tenant order by namespace collate "C" limit 1)
                          union all
                          select (select e.namespace collate "C" from executions e
                                   where e.tenant = :tenant
                                     and e.namespace collate "C" > n.namespace
                                   order by e.namespace collate "C" limit 1)
                            from names n where n.namespace is not null)
                        select namespace from names where namespace is not null
                        """)
                .param("tenant", Caller.current().tenant())
                .query(String.class)
                .list()
                .stream()
                .filter(scope::contains)
                .toList();
    }
}
