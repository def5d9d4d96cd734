// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import static java.util.stream.Collectors.groupingBy;

import io.millrace.contracts.LogLine;
import io.millrace.engine.Execution;
import io.millrace.engine.Slot;
import io.millrace.engine.TaskRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/// The rows of executions as their lanes read and write them: arrays, one round trip a table.
public final class ExecutionStore {
    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

    private final JdbcClient jdbc;
    private final LogUsage usage;
    private final TransactionTemplate transaction;

    public ExecutionStore(
            JdbcClient jdbc, PlatformTransactionManager transactions, LogUsage usage) {
        this.usage = usage;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /// Reads executions with all of their task runs.
    public Map<String, StoredExecution> load(Collection<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        record Row(Execution execution, long version) {}
        record Run(String executionId, TaskRun taskRun) {}
        var range = Range.of(ids);
        var rows =
                jdbc.sql(
                                """
                                select * from executions
                                 where id = any(:ids) and id between :first and :last
                                """)
                        .param("ids", ids.toArray(String[]::new))
                        .param("first", range.first())
                        .param("last", range.last())
                        .query((row, _) ->
                                new Row(ExecutionColumns.execution(row), row.getLong("version")))
                        .list();
        if (rows.isEmpty()) {
            return Map.of(); // all of them have just been asked for
        }
        var runs =
                jdbc
                        .sql(
                                """
                                select * from task_runs
                                 where execution_id = any(:ids)
                                   and execution_id between :first and :last
                                 order by execution_id, ordinal
                                """)
                        .param(
                                "ids",
                                rows.stream().map(r -> r.execution().id()).toArray(String[]::new))
                        .param("first", range.first())
                        .param("last", range.last())
                        .query((row, _) ->
                                new Run(
                                        row.getString("execution_id"),
                                        ExecutionColumns.taskRun(row)))
                        .list()
                        .stream()
                        .collect(groupingBy(Run::executionId));
        var found = new HashMap<String, StoredExecution>();
        for (var row : rows) {
            var id = row.execution().id();
            found.put(
                    id,
                    new StoredExecution(
                            row.execution(),
                            row.version(),
                            runs.getOrDefault(id, List.of()).stream().map(Run::taskRun).toList()));
        }
        return found;
    }

    /// Ids of unfinished executions of a lane, in order.
    ///
    /// @param after the last id of the page before, or an empty text
    /// @param silentSince only those that have not changed since
    List<String> unfinished(int lane, String after, Instant silentSince, int limit) {
        return jdbc.sql(
                        """
                        select id from executions
                         where lane = :lane and ended_at is null and id > :after
                           and changed_at < :since::timestamptz
                         order by id limit :limit
                        """)
                .param("lane", lane)
                .param("after", after)
                .param("since", silentSince.toString())
                .param("limit", limit)
                .query(String.class)
                .list();
    }

    /// Executions of a lane whose end may not have been published.
    List<String> unannounced(int lane) {
        return jdbc.sql(
                        """
                        select e.id from lanes l
                          join executions e on e.lane = l.lane and e.ended_at > l.announced_until
                         where l.lane = :lane order by e.ended_at limit 10000
                        """)
                .param("lane", lane)
                .query(String.class)
                .list();
    }

    /// Writes all of it, or nothing.
    ///
    /// @param announced by held lane: ends up to then have been published
    /// @throws LaneLostException if a lane or a row has moved on
    void commit(LaneBatch batch, Map<HeldLane, Instant> announced) {
        transaction.executeWithoutResult(_ -> {
            fence(announced);
            var changed = batch.changed();
            insert(changed.stream().filter(LaneBatch.Change::isNew).toList());
            update(changed.stream().filter(c -> !c.isNew()).toList());
            writeTaskRuns(changed);
            writeLogs(batch);
            writeMetrics(batch);
        });
    }

    private void fence(Map<HeldLane, Instant> announced) {
        var lanes = List.copyOf(announced.keySet());
        int held =
                jdbc.sql(
                                """
                                update lanes l set announced_until = c.until
                                  from unnest(:lanes::smallint[], :epochs::bigint[],
                                              :untils::timestamptz[]) as c(lane, epoch, until)
                                 where l.lane = c.lane and l.epoch = c.epoch
                                """)
                        .param("lanes", numbers(lanes, h -> h.lane()))
                        .param("epochs", numbers(lanes, HeldLane::epoch))
                        .param("untils", texts(lanes, h -> announced.get(h)))
                        .update();
        if (held != lanes.size()) {
            throw new LaneLostException("Expected to hold " + lanes.size() + " lanes but " + held);
        }
    }

    private void insert(List<LaneBatch.Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        var rows = changes.stream().map(c -> c.state.execution()).toList();
        try {
            jdbc.sql(
                            """
                            insert into executions (id, tenant, namespace, flow_id, revision, lane,
                                   version, state, slot, created_at, changed_at, ended_at,
                                   trigger_id, parent_id, replay_of, labels, history, moving,
                                   outputs, request)
                            select id, tenant, namespace, flow_id, revision, lane, 1, state, slot,
                                   created_at, changed_at, ended_at, trigger_id, parent_id,
                                   replay_of,
                                   case when labels = '' then '{}'
                                        else string_to_array(labels, chr(30)) end,
                                   history, moving, outputs, request
                              from unnest(:ids::text[], :tenants::text[], :namespaces::text[],
                                   :flows::text[], :revisions::integer[], :lanes::smallint[],
                                   :states::text[], :slots::text[], :created::timestamptz[],
                                   :changed::timestamptz[], :ended::timestamptz[],
                                   :triggers::text[], :parents::text[], :replays::text[],
                                   :labels::text[], :histories::text[], :moving::text[],
                                   :outputs::text[], :requests::text[])
                                as c(id, tenant, namespace, flow_id, revision, lane, state, slot,
                                     created_at, changed_at, ended_at, trigger_id, parent_id,
                                     replay_of, labels, history, moving, outputs, request)
                            """)
                    .params(columns(changes))
                    .param("tenants", texts(rows, Execution::tenant))
                    .param("namespaces", texts(rows, Execution::namespace))
                    .param("flows", texts(rows, Execution::flowId))
                    .param("lanes", numbers(changes, c -> c.lane))
                    .param("created", texts(rows, e -> e.history().startedAt()))
                    .param(
                            "triggers",
                            texts(rows, e -> e.trigger() == null ? null : e.trigger().id()))
                    .param(
                            "parents",
                            texts(rows, e -> e.parent() == null ? null : e.parent().executionId()))
                    .param("replays", texts(rows, Execution::replayOf))
                    .param("requests", texts(rows, ExecutionColumns::request))
                    .update();
        } catch (DuplicateKeyException e) {
            throw new LaneLostException("An execution exists already: " + e.getMessage());
        }
    }

    private void update(List<LaneBatch.Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        var range = Range.of(changes.stream().map(c -> c.state.execution().id()).toList());
        int updated =
                jdbc.sql(
                                """
                                update executions e
                                   set version = e.version + 1, revision = c.revision,
                                       state = c.state, slot = c.slot,
                                       changed_at = c.changed_at, ended_at = c.ended_at,
                                       labels = case when c.labels = '' then '{}'
                                           else string_to_array(c.labels, chr(30)) end,
                                       history = c.history, moving = c.moving,
                                       outputs = c.outputs
                                  from unnest(:ids::text[], :versions::bigint[],
                                       :revisions::integer[], :states::text[], :slots::text[],
                                       :changed::timestamptz[], :ended::timestamptz[],
                                       :labels::text[], :histories::text[], :moving::text[],
                                       :outputs::text[])
                                    as c(id, version, revision, state, slot, changed_at, ended_at,
                                         labels, history, moving, outputs)
                                 where e.id = c.id and e.version = c.version
                                   and e.id = any(:ids) and e.id between :first and :last
                                """)
                        .params(columns(changes))
                        .param("versions", numbers(changes, c -> c.version))
                        .param("first", range.first())
                        .param("last", range.last())
                        .update();
        if (updated != changes.size()) {
            throw new LaneLostException(
                    "Expected to update " + changes.size() + " executions but " + updated);
        }
    }

    private static Map<String, @Nullable Object> columns(List<LaneBatch.Change> changes) {
        var rows = changes.stream().map(c -> c.state.execution()).toList();
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put("ids", texts(rows, Execution::id));
        columns.put("revisions", numbers(rows, e -> e.revision()));
        columns.put("states", texts(rows, e -> e.state().name()));
        columns.put("slots", texts(rows, e -> e.slot() == Slot.NONE ? null : e.slot().name()));
        columns.put("changed", texts(rows, e -> e.history().changedAt()));
        columns.put(
                "ended", texts(rows, e -> e.state().isTerminal() ? e.history().changedAt() : null));
        columns.put(
                "labels",
                texts(rows, e -> String.join("\u001e", ExecutionColumns.labels(e.labels()))));
        columns.put("histories", texts(rows, e -> e.history().encode()));
        columns.put("moving", texts(rows, ExecutionColumns::moving));
        columns.put("outputs", texts(rows, e -> ExecutionColumns.jsonOrNull(e.outputs())));
        return columns;
    }

    /// @param known whether the row has its items, which seldom change and may be big
    private record RunRow(String executionId, TaskRun run, boolean known) {
        /// The items as JSON; empty for those that the row has.
        @Nullable String items() {
            if (known) {
                return "";
            }
            var items = run.items();
            return items == null ? null : ExecutionColumns.json(items.values());
        }
    }

    private void writeTaskRuns(List<LaneBatch.Change> changes) {
        var rows = new ArrayList<RunRow>();
        for (var change : changes) {
            var id = change.state.execution().id();
            remove(id, change.removed.stream().filter(o -> o < change.storedTaskRuns).toList());
            for (int ordinal : change.touched) {
                var before = change.stored == null ? null : change.stored.find(ordinal);
                var after = change.state.taskRun(ordinal);
                boolean known = before != null && Objects.equals(before.items(), after.items());
                rows.add(new RunRow(id, after, known));
            }
        }
        upsert(rows);
    }

    private void remove(String executionId, List<Integer> ordinals) {
        if (!ordinals.isEmpty()) {
            jdbc.sql("delete from task_runs where execution_id = :id and ordinal = any(:ordinals)")
                    .param("id", executionId)
                    .param("ordinals", ordinals.toArray(Integer[]::new))
                    .update();
        }
    }

    /// An upsert for the changed rows, too: it looks each of them up by its key. For an update that
    /// joins the rows with an array, the planner may read all task runs of the executions instead,
    /// and did: each turn of a loop then costs as much as the loop is long. The executions'
    /// versions say whether somebody else has written.
    private void upsert(List<RunRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        jdbc.sql(
                        """
                        insert into task_runs as t (execution_id, ordinal, task_id, parent,
                               iteration, value, state, phase, dispatch, since, wake_at, worker_id,
                               history, attempts, cursor, outputs, outputs_uri, error, rendered,
                               items, batches)
                        select execution_id, ordinal, task_id, parent, iteration, value, state,
                               phase, dispatch, since, wake_at, worker_id, history, attempts,
                               cursor, outputs, outputs_uri, error, rendered, items, batches
                          from unnest(:ids::text[], :ordinals::integer[], :tasks::text[],
                               :parents::integer[], :iterations::integer[], :values::text[],
                               :states::text[], :phases::text[], :dispatches::integer[],
                               :sinces::timestamptz[], :wakes::timestamptz[], :workers::text[],
                               :histories::text[], :attempts::text[], :cursors::text[],
                               :outputs::text[], :uris::text[], :errors::text[], :rendered::text[],
                               :items::text[], :batches::text[])
                            as c(execution_id, ordinal, task_id, parent, iteration, value, state,
                                 phase, dispatch, since, wake_at, worker_id, history, attempts,
                                 cursor, outputs, outputs_uri, error, rendered, items, batches)
                            on conflict (execution_id, ordinal) do update
                           set state = excluded.state, phase = excluded.phase,
                               dispatch = excluded.dispatch, since = excluded.since,
                               wake_at = excluded.wake_at, worker_id = excluded.worker_id,
                               history = excluded.history, attempts = excluded.attempts,
                               cursor = excluded.cursor, outputs = excluded.outputs,
                               outputs_uri = excluded.outputs_uri, error = excluded.error,
                               rendered = excluded.rendered,
                               items = case when excluded.items = '' then t.items
                                            else excluded.items end,
                               batches = excluded.batches
                        """)
                .params(runColumns(rows))
                .update();
    }

    private static Map<String, @Nullable Object> runColumns(List<RunRow> rows) {
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put("ids", texts(rows, RunRow::executionId));
        columns.put("ordinals", numbers(rows, r -> r.run().ordinal()));
        columns.put("tasks", texts(rows, r -> r.run().taskId()));
        columns.put("parents", numbers(rows, r -> r.run().parent()));
        columns.put("iterations", numbers(rows, r -> r.run().iteration()));
        columns.put("values", texts(rows, r -> r.run().value()));
        columns.put("states", texts(rows, r -> r.run().state().name()));
        columns.put("phases", texts(rows, r -> r.run().phase().name()));
        columns.put("dispatches", numbers(rows, r -> r.run().dispatch()));
        columns.put("sinces", texts(rows, r -> r.run().since()));
        columns.put("wakes", texts(rows, r -> r.run().wakeAt()));
        columns.put("workers", texts(rows, r -> r.run().workerId()));
        columns.put("histories", texts(rows, r -> r.run().history().encode()));
        columns.put(
                "attempts",
                texts(
                        rows,
                        r ->
                                r.run().attempts().isEmpty()
                                        ? null
                                        : ExecutionColumns.json(r.run().attempts())));
        columns.put(
                "cursors",
                texts(rows, r -> r.run().cursor() == null ? null : r.run().cursor().encode()));
        columns.put("outputs", texts(rows, r -> ExecutionColumns.jsonOrNull(r.run().outputs())));
        columns.put("uris", texts(rows, r -> r.run().outputsUri()));
        columns.put("errors", texts(rows, r -> r.run().error()));
        columns.put(
                "rendered",
                texts(
                        rows,
                        r ->
                                r.run().rendered() == null
                                        ? null
                                        : ExecutionColumns.json(r.run().rendered())));
        columns.put("items", texts(rows, RunRow::items));
        columns.put(
                "batches",
                texts(rows, r -> r.run().batches() == null ? null : r.run().batches().encode()));
        return columns;
    }

    private void writeLogs(LaneBatch batch) {
        var tenants = new HashMap<String, String>();
        for (var change : batch.changes()) {
            var execution = change.state.execution();
            tenants.put(execution.id(), execution.tenant());
        }
        writeLogs(batch.logs, line -> tenants.getOrDefault(line.executionId(), ""));
    }

    /// Appends lines in their order, in the caller's transaction.
    public void writeLogs(List<LogLine> lines, Function<LogLine, String> tenantOf) {
        if (lines.isEmpty()) {
            return;
        }
        // what is rolled back comes again
        var stored = List.copyOf(lines);
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        usage.add(stored, tenantOf);
                    }
                });
        jdbc.sql(
                        """
                        insert into logs (execution_id, seq, tenant, namespace, flow_id, ordinal,
                               task_id, attempt, level, at, thread, message)
                        select execution_id, nextval('log_seq'), tenant, namespace, flow_id,
                               ordinal, task_id, attempt, level, at, thread, message
                          from unnest(:ids::text[], :tenants::text[], :namespaces::text[],
                               :flows::text[], :ordinals::integer[], :tasks::text[],
                               :attempts::smallint[], :levels::smallint[], :ats::timestamptz[],
                               :threads::text[], :messages::text[])
                            as c(execution_id, tenant, namespace, flow_id, ordinal, task_id,
                                 attempt, level, at, thread, message)
                        """)
                .param("ids", texts(lines, LogLine::executionId))
                .param("tenants", texts(lines, tenantOf::apply))
                .param("namespaces", texts(lines, LogLine::namespace))
                .param("flows", texts(lines, LogLine::flowId))
                .param("ordinals", numbers(lines, LogLine::taskRun))
                .param("tasks", texts(lines, LogLine::taskId))
                .param("attempts", numbers(lines, l -> l.attempt()))
                .param("levels", numbers(lines, l -> Math.max(0, LEVELS.indexOf(l.level()))))
                .param("ats", texts(lines, LogLine::at))
                .param("threads", texts(lines, LogLine::thread))
                .param("messages", texts(lines, LogLine::message))
                .update();
    }

    private void writeMetrics(LaneBatch batch) {
        var rows = batch.metrics;
        if (rows.isEmpty()) {
            return;
        }
        var executions = new HashMap<String, LaneBatch.Change>();
        batch.changes().forEach(c -> executions.put(c.state.execution().id(), c));
        jdbc.sql(
                        """
                        insert into metrics (execution_id, ordinal, seq, tenant, namespace, flow_id,
                               task_id, name, kind, value, tags, at)
                        select execution_id, ordinal, nextval('log_seq'), tenant, namespace,
                               flow_id, task_id, name, kind, value, tags, now()
                          from unnest(:ids::text[], :ordinals::integer[], :tenants::text[],
                               :namespaces::text[], :flows::text[], :tasks::text[], :names::text[],
                               :kinds::text[], :values::double precision[], :tags::text[])
                            as c(execution_id, ordinal, tenant, namespace, flow_id, task_id, name,
                                 kind, value, tags)
                        """)
                .param("ids", texts(rows, LaneBatch.MetricRow::executionId))
                .param("ordinals", numbers(rows, r -> r.taskRun()))
                .param("tenants", texts(rows, r -> of(executions, r).tenant()))
                .param("namespaces", texts(rows, r -> of(executions, r).namespace()))
                .param("flows", texts(rows, r -> of(executions, r).flowId()))
                .param(
                        "tasks",
                        texts(
                                rows,
                                r -> {
                                    var change = executions.get(r.executionId());
                                    var run =
                                            change == null ? null : change.state.find(r.taskRun());
                                    return run == null ? "" : run.taskId();
                                }))
                .param("names", texts(rows, r -> r.metric().name()))
                .param("kinds", texts(rows, r -> r.metric().kind()))
                .param("values", texts(rows, r -> Double.toString(r.metric().value())))
                .param(
                        "tags",
                        texts(
                                rows,
                                r ->
                                        r.metric().tags().isEmpty()
                                                ? null
                                                : ExecutionColumns.json(r.metric().tags())))
                .update();
    }

    private static Execution of(Map<String, LaneBatch.Change> executions, LaneBatch.MetricRow row) {
        var change = executions.get(row.executionId());
        if (change == null) {
            throw new IllegalStateException("A metric of no execution: " + row.executionId());
        }
        return change.state.execution();
    }

    /// What a row has in one column.
    private interface Column<T> {
        @Nullable Object of(T row);
    }

    private static <T> @Nullable String[] texts(List<T> rows, Column<T> column) {
        @Nullable String[] values = new @Nullable String[rows.size()];
        for (int i = 0; i < values.length; i++) {
            var value = column.of(rows.get(i));
            values[i] = value == null ? null : ExecutionColumns.clean(value.toString());
        }
        return values;
    }

    private static <T> @Nullable Long[] numbers(List<T> rows, Column<T> column) {
        @Nullable Long[] values = new @Nullable Long[rows.size()];
        for (int i = 0; i < values.length; i++) {
            var value = column.of(rows.get(i));
            values[i] = value == null ? null : ((Number) value).longValue();
        }
        return values;
    }

    /// Bounds that let PostgreSQL look at the partitions of these ids alone.
    private record Range(String first, String last) {
        static Range of(Collection<String> ids) {
            String first = null;
            String last = null;
            for (var id : ids) {
                first = first == null || id.compareTo(first) < 0 ? id : first;
                last = last == null || id.compareTo(last) > 0 ? id : last;
            }
            return new Range(String.valueOf(first), String.valueOf(last));
        }
    }
}
