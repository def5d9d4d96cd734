// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.engine.Execution;
import io.millrace.engine.TaskRun;
import io.millrace.execution.Reads;
import io.millrace.execution.files.LargeOutputs;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.execution.lane.StoredExecution;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Executions for those who read them. All questions are about the caller's own tenant, and about
/// namespaces that the caller may read.
public final class Executions {
    private static final int MOST_NAMED = 100;
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

    private static final Map<String, String> DISTINCT =
            Map.of(
                    "namespace", "e.namespace",
                    "flowId", "e.flow_id",
                    "state", "e.state",
                    "triggerId", "e.trigger_id",
                    "flowRevision", "e.revision::text");

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

    /// With what its expressions read: see [#findReadable].
    ///
    /// @throws ServiceException.NotFound if there is none, or the caller may not know of it
    public StoredExecution requireReadable(String id, Permission permission) {
        var stored =
                findReadable(Caller.current().tenant(), id)
                        .orElseThrow(() -> new ServiceException.NotFound(notFound(id)));
        access.require(permission, stored.execution().namespace(), "Execution " + id);
        return stored;
    }

    /// With its version, but without its task runs.
    ///
    /// @throws ServiceException.NotFound if there is none, or the caller may not know of it
    public StoredExecution requireWithoutTaskRuns(String id, Permission permission) {
        var stored =
                find(Caller.current().tenant(), id, null)
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

    /// @throws ServiceException if the caller may not do that with it, or not even know of it
    public void check(Execution execution, Permission permission) {
        access.require(permission, execution.namespace(), "Execution " + execution.id());
    }

    /// Executions of the caller's tenant, by id, without their task runs.
    public Map<String, Execution> heads(List<String> ids) {
        var heads = new LinkedHashMap<String, Execution>();
        reads.jdbc()
                .sql("select * from executions where id = any(:ids) and tenant = :tenant")
                .param("ids", ids.toArray(String[]::new))
                .param("tenant", Caller.current().tenant())
                .query((row, _) -> ExecutionColumns.execution(row))
                .list()
                .forEach(execution -> heads.put(execution.id(), execution));
        return heads;
    }

    /// A place in the list of all executions, the newest first.
    public record Position(Instant createdAt, String id) {
        public static Position of(Execution execution) {
            return new Position(execution.history().startedAt(), execution.id());
        }

        /// @throws ServiceException.Invalid if it isn't what [#toString] gives
        static Position parse(String cursor) {
            var parts = cursor.split(",", -1);
            if (parts.length != 2) {
                throw new ServiceException.Invalid(
                        "cursor", "Illegal argument: expected a cursor that a page before gave");
            }
            return new Position(ExecutionFilter.instant("cursor", parts[0]), parts[1]);
        }

        /// A cursor.
        @Override
        public String toString() {
            return createdAt + "," + id;
        }
    }

    /// Some of what a filter finds, the newest first, without task runs.
    ///
    /// @param after the last of the page before, or absent for the first page
    public List<Execution> page(
            ExecutionFilter filter, Permission permission, @Nullable Position after, int size) {
        return page(filter.where(Caller.current().tenant(), access.scope(permission)), after, size);
    }

    private List<Execution> page(ExecutionFilter.Where where, @Nullable Position after, int size) {
        var query =
                reads.jdbc()
                        .sql(
                                "select * from executions e where "
                                        + where.sql()
                                        + (after == null
                                                ? ""
                                                : " and (created_at, id) < (:at::timestamptz, :id)")
                                        + " order by created_at desc, id desc limit :limit")
                        .params(where.parameters())
                        .param("limit", size);
        if (after != null) {
            query = query.param("at", after.createdAt().toString()).param("id", after.id());
        }
        return query.query((row, _) -> ExecutionColumns.execution(row)).list();
    }

    /// How many a filter finds; counted no further than `most`.
    public long count(ExecutionFilter filter, Permission permission, long most) {
        return count(filter.where(Caller.current().tenant(), access.scope(permission)), most);
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
        return find(tenant, id, TASK_RUNS);
    }

    /// With the values of its loops, by which expressions find what ran in them.
    public Optional<StoredExecution> findReadable(String tenant, String id) {
        return find(tenant, id, READABLE_TASK_RUNS);
    }

    /// @param taskRuns query of its task runs; none are read if null
    private Optional<StoredExecution> find(String tenant, String id, @Nullable String taskRuns) {
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
                                taskRuns == null
                                        ? List.of()
                                        : taskRuns(taskRuns, List.of(id))
                                                .getOrDefault(id, List.of())));
    }

    private record Run(String executionId, TaskRun taskRun) {}

    private static final int MOST_FEW = 1_000;

    /// What users see of them, and how those are asked whom one waits for.
    private static final String TASK_RUNS = taskRunsWith("null");

    private static final String READABLE_TASK_RUNS = taskRunsWith("r.items");

    private static String taskRunsWith(String items) {
        return """
        select r.execution_id, r.ordinal, r.task_id, r.parent, r.iteration, r.value, r.state,
               r.phase, r.dispatch, r.since, r.wake_at, r.worker_id, r.history, r.attempts,
               r.cursor, r.outputs, r.outputs_uri, r.error,
               case when r.phase = 'PAUSED' then r.rendered end as rendered,
               %s as items, null as batches
          from task_runs r\
        """
                .formatted(items);
    }

    private Map<String, List<TaskRun>> taskRuns(String query, List<String> ids) {
        return reads
                .jdbc()
                .sql(
                        query
                                + " where r.execution_id = any(:ids)"
                                + " order by r.execution_id, r.ordinal")
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

    /// Without its task runs.
    ExecutionView view(Execution execution) {
        return ExecutionView.of(execution, List.of(), clock.instant());
    }

    /// A page of executions.
    ///
    /// @param nextCursor what to ask for the next page with; absent at the end, and where another
    ///   order was asked for
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Page(List<ExecutionView> results, long total, @Nullable String nextCursor) {}

    /// One page, the newest first if nothing else is asked for.
    ///
    /// @param cursor of the page before; in its place the page's number, if absent
    /// @param taskRuns whether those of each execution are listed
    /// @param counted whether the total is that of all pages, else that of those up to this one
    Page search(
            ExecutionFilter filter,
            Paging paging,
            @Nullable String cursor,
            boolean taskRuns,
            boolean counted) {
        var where =
                filter.where(
                        Caller.current().tenant(),
                        access.scope(Permission.EXECUTION_READ),
                        named(filter));
        if (cursor != null) {
            if (!paging.sort().isEmpty()) {
                throw new ServiceException.Invalid(
                        "cursor", "Illegal argument: a cursor goes from the newest to the oldest");
            }
            var heads = page(where, Position.parse(cursor), paging.size());
            return new Page(views(heads, taskRuns), heads.size(), next(heads, paging));
        }
        var few = filter.isNarrow() ? few(where) : Optional.<List<String>>empty();
        if (few.isPresent()) {
            where = among(few.get());
        }
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
        boolean isLast = heads.size() < paging.size() && (paging.page() == 1 || !heads.isEmpty());
        return new Page(
                views(heads, taskRuns),
                isLast || !counted ? paging.offset() + heads.size() : count(where, MOST_COUNTED),
                paging.sort().isEmpty() ? next(heads, paging) : null);
    }

    /// The ids of what a filter finds, if it is little. The newest of much are soon found by their
    /// dates; to find little that way, all dates would be gone through.
    private Optional<List<String>> few(ExecutionFilter.Where where) {
        var ids =
                reads.jdbc()
                        .sql(
                                "select e.id from executions e where "
                                        + where.sql()
                                        + " limit "
                                        + (MOST_FEW + 1))
                        .params(where.parameters())
                        .query(String.class)
                        .list();
        return ids.size() > MOST_FEW ? Optional.empty() : Optional.of(ids);
    }

    private static ExecutionFilter.Where among(List<String> ids) {
        return new ExecutionFilter.Where(
                "e.id = any(:few) and e.tenant = :tenant",
                Map.of("few", ids.toArray(String[]::new), "tenant", Caller.current().tenant()));
    }

    /// The flows with executions whose names have the filter's text; absent if there is no text, or
    /// if so many have it that looking through the newest executions finds a page sooner.
    ///
    /// Goes from one flow to the next on the index, whatever the number of their executions.
    private ExecutionFilter.@Nullable Flows named(ExecutionFilter filter) {
        var text = filter.textInNames();
        if (text == null) {
            return null;
        }
        var found =
                reads.jdbc()
                        .sql(
                                """
                                with recursive flows(namespace, id) as (
                                  (select e.namespace collate "C", e.flow_id from executions e
                                    where e.tenant = :tenant
                                    order by e.namespace collate "C", e.flow_id limit 1)
                                  union all
                                  select next.namespace, next.flow_id
                                    from flows f cross join lateral (
                                      (select e.namespace collate "C" as namespace, e.flow_id
                                         from executions e
                                        where e.tenant = :tenant
                                          and e.namespace collate "C" = f.namespace
                                          and e.flow_id > f.id
                                        order by e.flow_id limit 1)
                                      union all
                                      (select e.namespace collate "C", e.flow_id from executions e
                                        where e.tenant = :tenant
                                          and e.namespace collate "C" > f.namespace
                                        order by e.namespace collate "C", e.flow_id limit 1)
                                      limit 1) as next)
                                select namespace, id from flows
                                 where namespace ilike :like or id ilike :like limit :most
                                """)
                        .param("tenant", Caller.current().tenant())
                        .param("like", ExecutionFilter.anywhere(text))
                        .param("most", MOST_NAMED + 1)
                        .query((row, _) -> new String[] {row.getString(1), row.getString(2)})
                        .list();
        return found.size() > MOST_NAMED
                ? null
                : new ExecutionFilter.Flows(
                        found.stream().map(flow -> flow[0]).toArray(String[]::new),
                        found.stream().map(flow -> flow[1]).toArray(String[]::new));
    }

    private List<ExecutionView> views(List<Execution> heads, boolean taskRuns) {
        var runs =
                taskRuns
                        ? taskRuns(TASK_RUNS, heads.stream().map(Execution::id).toList())
                        : Map.<String, List<TaskRun>>of();
        var now = clock.instant();
        return heads.stream()
                .map(e -> ExecutionView.of(e, runs.getOrDefault(e.id(), List.of()), now))
                .toList();
    }

    private static @Nullable String next(List<Execution> found, Paging paging) {
        return found.size() < paging.size() ? null : Position.of(found.getLast()).toString();
    }

    /// A page of the task runs of one execution, in the order in which they came about.
    ///
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<ExecutionView.TaskRunView> taskRuns(
            Execution execution, TaskRunFilter filter, Paging paging, @Nullable String cursor) {
        var now = clock.instant();
        return TaskRuns.page(reads, TASK_RUNS, execution.id(), filter, paging, cursor)
                .mapAll(runs ->
                        largeOutputs.filledIn(execution, runs).stream()
                                .map(run -> ExecutionView.taskRun(execution, run, now))
                                .toList());
    }

    /// A page of task runs.
    ///
    /// @param nextCursor what to ask for the next page with; absent at the end
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TaskRunPage(
            List<ExecutionView.TaskRunView> results, long total, @Nullable String nextCursor) {}

    /// A page of the task runs of all executions that a filter finds: those of the newest execution
    /// first.
    ///
    /// @param cursor of the page before; in its place the page's number, if absent
    TaskRunPage taskRuns(
            ExecutionFilter filter, TaskRunFilter runs, Paging paging, @Nullable String cursor) {
        var after = cursor == null ? null : Key.parse(cursor);
        var ofExecutions =
                filter.where(Caller.current().tenant(), access.scope(Permission.EXECUTION_READ));
        var where = runs.where();
        var from =
                " from executions e join task_runs r on r.execution_id = e.id where "
                        + ofExecutions.sql()
                        + " and "
                        + where.sql();
        var keys =
                reads.jdbc()
                        .sql(
                                "select e.id, r.ordinal, e.created_at"
                                        + from
                                        + (after == null ? "" : Key.AFTER)
                                        + " order by e.created_at desc, e.id desc, r.ordinal"
                                        + " limit :limit offset :offset")
                        .params(ofExecutions.parameters())
                        .params(where.parameters())
                        .params(after == null ? Map.of() : after.parameters())
                        .param("limit", paging.size())
                        .param("offset", after == null ? paging.offset() : 0)
                        .query((row, _) -> Key.of(row))
                        .list();
        var next = keys.size() < paging.size() ? null : keys.getLast().toString();
        if (after != null) {
            return new TaskRunPage(taskRunViews(keys), keys.size(), next);
        }
        long total =
                keys.size() < paging.size() && (paging.page() == 1 || !keys.isEmpty())
                        ? paging.offset() + keys.size()
                        : reads.jdbc()
                                .sql(
                                        "select count(*) from (select"
                                                + from
                                                + " limit "
                                                + MOST_COUNTED
                                                + ") as found")
                                .params(ofExecutions.parameters())
                                .params(where.parameters())
                                .query(Long.class)
                                .single();
        return new TaskRunPage(taskRunViews(keys), total, next);
    }

    /// A place in the list of all task runs.
    private record Key(Position execution, int ordinal) {
        static final String AFTER =
                " and (e.created_at, e.id) <= (:afterAt::timestamptz, :afterId)"
                        + " and not (e.id = :afterId and r.ordinal <= :afterOrdinal)";

        static Key of(ResultSet row) throws SQLException {
            return new Key(
                    new Position(row.getTimestamp("created_at").toInstant(), row.getString("id")),
                    row.getInt("ordinal"));
        }

        String id() {
            return execution.id();
        }

        static Key parse(String cursor) {
            int comma = cursor.lastIndexOf(',');
            try {
                return new Key(
                        Position.parse(cursor.substring(0, Math.max(0, comma))),
                        Integer.parseInt(cursor.substring(comma + 1)));
            } catch (NumberFormatException _) {
                throw new ServiceException.Invalid(
                        "cursor", "Illegal argument: expected a cursor that a page before gave");
            }
        }

        Map<String, Object> parameters() {
            return Map.of(
                    "afterAt",
                    execution.createdAt().toString(),
                    "afterId",
                    id(),
                    "afterOrdinal",
                    ordinal);
        }

        @Override
        public String toString() {
            return execution + "," + ordinal;
        }
    }

    private List<ExecutionView.TaskRunView> taskRunViews(List<Key> keys) {
        var heads = heads(keys.stream().map(Key::id).distinct().toList());
        var found = new HashMap<String, Map<Integer, TaskRun>>();
        reads.jdbc()
                .sql(
                        TASK_RUNS
                                + " join unnest(:ids::text[], :ordinals::int[]) as k(id, ordinal)"
                                + " on r.execution_id = k.id and r.ordinal = k.ordinal")
                .param("ids", keys.stream().map(Key::id).toArray(String[]::new))
                .param("ordinals", keys.stream().map(Key::ordinal).toArray(Integer[]::new))
                .query((row, _) ->
                        new Run(row.getString("execution_id"), ExecutionColumns.taskRun(row)))
                .list()
                .forEach(run ->
                        found.computeIfAbsent(run.executionId(), _ -> new HashMap<>())
                                .put(run.taskRun().ordinal(), run.taskRun()));
        var now = clock.instant();
        var views = new ArrayList<ExecutionView.TaskRunView>();
        for (var key : keys) {
            var execution = heads.get(key.id());
            var run = found.getOrDefault(key.id(), Map.of()).get(key.ordinal());
            if (execution != null && run != null) {
                views.add(ExecutionView.taskRun(execution, run, now));
            }
        }
        return views;
    }

    private long count(ExecutionFilter.Where where, long most) {
        return reads.jdbc()
                .sql(
                        "select count(*) from (select from executions e where "
                                + where.sql()
                                + " limit "
                                + most
                                + ") as found")
                .params(where.parameters())
                .query(Long.class)
                .single();
    }

    /// The flows whose latest executions are asked for.
    public record FlowFilter(String namespace, String id) {}

    /// The latest execution of each flow that has one and that the caller may read.
    List<Execution> latest(List<FlowFilter> flows) {
        var scope = access.scope(Permission.EXECUTION_READ);
        var readable = flows.stream().filter(f -> scope.contains(f.namespace())).toList();
        return reads.jdbc()
                .sql(
                        """
                        select e.* from unnest(:namespaces::text[], :flows::text[])
                                     as f(namespace, flow_id)
                          cross join lateral (
                            select * from executions x
                             where x.tenant = :tenant
                               and x.namespace collate "C" = f.namespace collate "C"
                               and x.flow_id = f.flow_id
                             order by x.created_at desc limit 1) e
                        """)
                .param("tenant", Caller.current().tenant())
                .param(
                        "namespaces",
                        readable.stream().map(FlowFilter::namespace).toArray(String[]::new))
                .param("flows", readable.stream().map(FlowFilter::id).toArray(String[]::new))
                .query((row, _) -> ExecutionColumns.execution(row))
                .list();
    }

    /// The same as users see them, without task runs.
    public List<ExecutionView> latestViews(List<FlowFilter> flows) {
        return views(latest(flows), false);
    }

    /// Values of one field among the latest executions that a filter finds.
    List<String> distinct(String field, ExecutionFilter filter, int size) {
        var column = DISTINCT.get(field);
        if (column == null) {
            throw new ServiceException.Invalid(
                    "field", "Expected one of " + DISTINCT.keySet() + " but got " + field);
        }
        var where =
                filter.where(Caller.current().tenant(), access.scope(Permission.EXECUTION_READ));
        return reads.jdbc()
                .sql(
                        "select distinct value from (select "
                                + column
                                + " as value from executions e where "
                                + where.sql()
                                + " order by created_at desc limit 10000) as found"
                                + " where value is not null order by 1 limit :limit")
                .params(where.parameters())
                .param("limit", size)
                .query(String.class)
                .list();
    }

    /// Goes through all that a filter finds, the newest first, with the caller's rights at this
    /// moment: for streams that are written by another thread.
    Iterator<List<Execution>> pages(ExecutionFilter filter, int size) {
        var where =
                filter.where(Caller.current().tenant(), access.scope(Permission.EXECUTION_READ));
        return new Iterator<>() {
            private List<Execution> next = page(where, null, size);

            @Override
            public boolean hasNext() {
                return !next.isEmpty();
            }

            @Override
            public List<Execution> next() {
                if (next.isEmpty()) {
                    throw new NoSuchElementException();
                }
                var page = next;
                next =
                        page.size() < size
                                ? List.of()
                                : page(where, Position.of(page.getLast()), size);
                return page;
            }
        };
    }
}
