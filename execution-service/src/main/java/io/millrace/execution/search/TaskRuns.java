// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.search;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.millrace.engine.Execution;
import io.millrace.engine.TaskRun;
import io.millrace.execution.Reads;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Task runs of one execution for those who look at it as a whole: rows of its tree, and counts.
/// Whether they may is the controllers' affair.
final class TaskRuns {
    /// Without what may be large.
    private static final String HEADS =
            """
            select r.ordinal, r.task_id, r.parent, r.iteration, r.value, r.state, r.phase,
                   r.dispatch, r.since, r.wake_at, r.worker_id, r.history, r.attempts, r.cursor,
                   null as outputs, null as outputs_uri, r.error, null as rendered,
                   null as items, null as batches
              from task_runs r\
            """;

    private final Reads reads;
    private final Clock clock;

    TaskRuns(Reads reads, Clock clock) {
        this.reads = reads;
        this.clock = clock;
    }

    /// @param taskRun without its outputs
    /// @param below how many task runs it holds, by state
    record Branch(ExecutionView.TaskRunView taskRun, Map<String, Long> below) {}

    /// A page of them, in the order in which they came about.
    ///
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<Branch> outline(
            Execution execution, TaskRunFilter filter, Paging paging, @Nullable String cursor) {
        return page(reads, HEADS, execution.id(), filter, paging, cursor)
                .mapAll(runs -> branches(execution, runs));
    }

    private List<Branch> branches(Execution execution, List<TaskRun> runs) {
        var below = below(execution.id(), runs.stream().map(run -> run.ordinal()).toList());
        var now = clock.instant();
        return runs.stream()
                .map(run ->
                        new Branch(
                                ExecutionView.taskRun(execution, run, now),
                                below.getOrDefault(run.ordinal(), Map.of())))
                .toList();
    }

    /// @param select the columns of task runs `r`, up to the `where`
    /// @param cursor of the page before; in its place the page's number, if absent
    static CursorResults<TaskRun> page(
            Reads reads,
            String select,
            String executionId,
            TaskRunFilter filter,
            Paging paging,
            @Nullable String cursor) {
        var after = Place.parse(cursor, 1, paging);
        var where = filter.where();
        var found = " where r.execution_id = :id and " + where.sql();
        var runs =
                reads.jdbc()
                        .sql(
                                select
                                        + found
                                        + " and r.ordinal > :last"
                                        + " order by r.ordinal limit :limit offset :offset")
                        .param("id", executionId)
                        .params(where.parameters())
                        .param("last", after == null ? -1 : after.number(0))
                        .param("limit", paging.size())
                        .param("offset", after == null ? paging.offset() : 0)
                        .query((row, _) -> ExecutionColumns.taskRun(row))
                        .list();
        long total =
                after == null
                                && runs.size() < paging.size()
                                && (paging.page() == 1 || !runs.isEmpty())
                        ? paging.offset() + runs.size()
                        : reads.jdbc()
                                .sql("select count(*) from task_runs r" + found)
                                .param("id", executionId)
                                .params(where.parameters())
                                .query(Long.class)
                                .single();
        return CursorResults.of(runs, total, paging, run -> Place.of("" + run.ordinal()));
    }

    private record Held(int parent, String state, long count) {}

    private Map<Integer, Map<String, Long>> below(String executionId, List<Integer> parents) {
        return reads
                .jdbc()
                .sql(
                        """
                        select parent, state, count(*) as count from task_runs
                         where execution_id = :id and parent = any(:parents)
                         group by parent, state\
                        """)
                .param("id", executionId)
                .param("parents", parents.toArray(Integer[]::new))
                .query(Held.class)
                .list()
                .stream()
                .collect(groupingBy(Held::parent, toMap(Held::state, Held::count)));
    }

    /// @param first its first task run
    /// @param states how many of its task runs are in each
    record TaskStates(String taskId, String first, Map<String, Long> states) {}

    private record Counted(String taskId, String state, long count, int first) {}

    List<TaskStates> states(Execution execution) {
        var tasks = new LinkedHashMap<String, TaskStates>();
        reads.jdbc()
                .sql(
                        """
                        select task_id, state, count(*) as count, min(ordinal) as first
                          from task_runs where execution_id = :id
                         group by task_id, state order by first\
                        """)
                .param("id", execution.id())
                .query(Counted.class)
                .list()
                .forEach(counted ->
                        tasks.computeIfAbsent(
                                        counted.taskId(),
                                        id ->
                                                new TaskStates(
                                                        id,
                                                        ExecutionView.taskRunId(
                                                                execution.id(), counted.first()),
                                                        new LinkedHashMap<>()))
                                .states()
                                .put(counted.state(), counted.count()));
        return List.copyOf(tasks.values());
    }
}
