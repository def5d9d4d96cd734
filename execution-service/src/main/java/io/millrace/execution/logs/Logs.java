// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.execution.Reads;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.execution.search.ExecutionView;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Reads and deletes log lines. Who may do so is the controllers' affair.
final class Logs {
    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");
    private static final int MOST_COUNTED = 100_000;
    static final int PAGE = 2_000;

    private final Reads reads;
    private final org.springframework.jdbc.core.simple.JdbcClient writes;

    Logs(Reads reads, org.springframework.jdbc.core.simple.JdbcClient writes) {
        this.reads = reads;
        this.writes = writes;
    }

    static int level(String name) {
        int level = LEVELS.indexOf(name.toUpperCase(Locale.ROOT));
        if (level < 0) {
            throw new ServiceException.Invalid("minLevel", "Illegal argument: no level " + name);
        }
        return level;
    }

    /// In the order of time, and of writing.
    List<LogEntryView> of(LogFilter.Where where, int limit) {
        return reads.jdbc()
                .sql("select * from logs where " + where.sql() + " order by at, seq limit :limit")
                .params(where.parameters())
                .param("limit", limit)
                .query((row, _) -> entry(row))
                .list();
    }

    /// Lines of some tasks, in the order of time.
    ///
    /// @param taskIds empty: of all tasks
    List<LogEntryView> ofTasks(
            String executionId, List<String> taskIds, String minLevel, int limit, long offset) {
        return reads.jdbc()
                .sql(
                        """
                        select * from logs
                         where execution_id = :id and level >= :level
                           and (cardinality(:tasks::text[]) = 0 or task_id = any (:tasks::text[]))
                         order by at, seq limit :limit offset :offset
                        """)
                .param("id", executionId)
                .param("level", level(minLevel))
                .param("tasks", taskIds.toArray(String[]::new))
                .param("limit", limit)
                .param("offset", offset)
                .query((row, _) -> entry(row))
                .list();
    }

    /// @param first the first line's place, to ask for what is before it
    /// @param last the last line's place, to ask for what is after it
    /// @param more whether there are more lines, in the direction that was asked for
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Window(
            List<LogEntryView> results,
            @Nullable LineKey first,
            @Nullable LineKey last,
            boolean more) {}

    /// Which lines a window shows, as a condition and an order on `(at, seq)`.
    enum Side {
        FROM(">=", "at, seq"),
        AFTER(">", "at, seq"),
        /// The last ones of them.
        BEFORE("<", "at desc, seq desc");

        private final String comparison;
        private final String order;

        Side(String comparison, String order) {
            this.comparison = comparison;
            this.order = order;
        }
    }

    /// Lines around a place, in the order of time. A page far away costs what the first does.
    Window window(LogFilter.Where where, Side side, LineKey key, int size) {
        var found =
                reads.jdbc()
                        .sql(
                                "select * from logs where %s and (at, seq) %s (:keyAt, :keySeq) order by %s limit :limit"
                                        .formatted(where.sql(), side.comparison, side.order))
                        .params(where.parameters())
                        .params(key.parameters())
                        .param("limit", size + 1)
                        .query((row, _) -> entry(row))
                        .list();
        boolean more = found.size() > size;
        var asked = more ? found.subList(0, size) : found;
        var lines = side == Side.BEFORE ? asked.reversed() : asked;
        return lines.isEmpty()
                ? new Window(lines, null, null, false)
                : new Window(lines, lines.getFirst().key(), lines.getLast().key(), more);
    }

    /// Lines that were committed after a place, and what could be seen when they were read.
    ///
    /// @param floor lines up to this one were told before, whatever else is known of them
    Tail tail(LogFilter.Where where, LogPlace place, long floor) {
        var seen = new AtomicReference<@Nullable String>();
        var lines =
                reads.jdbc()
                        .sql(
                                """
                                select *, pg_current_snapshot()::text as seen
                                  from (select *,
                                               -- of before there was a column, or of a copy
                                               case when tx < pg_snapshot_xmax(pg_current_snapshot())
                                                    then tx else '3'::xid8 end as writer
                                          from logs) as l
                                 where %s and seq > :seq
                                   and not pg_visible_in_snapshot(writer, :before::pg_snapshot)
                                   and (:during = '' or pg_visible_in_snapshot(
                                           writer, nullif(:during, '')::pg_snapshot))
                                 order by seq limit %d
                                """
                                        .formatted(where.sql(), PAGE))
                        .params(where.parameters())
                        .param("seq", Math.max(place.seq(), floor))
                        .param("before", place.before())
                        .param("during", place.during())
                        .query((row, _) -> {
                            seen.set(row.getString("seen"));
                            return entry(row);
                        })
                        .list();
        return new Tail(lines, seen.get());
    }

    /// @param seen what was committed when they were read; absent if there are none
    record Tail(List<LogEntryView> lines, @Nullable String seen) {}

    int delete(LogFilter.Where where) {
        return writes.sql("delete from logs where " + where.sql())
                .params(where.parameters())
                .update();
    }

    int deleteOfFlow(String tenant, String namespace, String flowId) {
        return writes.sql(
                        """
                        delete from logs l using executions e
                         where e.tenant = :tenant and e.namespace = :namespace
                           and e.flow_id = :flow and l.execution_id = e.id
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("flow", flowId)
                .update();
    }

    /// A page of lines.
    ///
    /// @param type `OFFSET` or `CURSOR`: by what the page was asked for
    /// @param nextCursor what to ask for the next page with; absent at the end
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(List<LogEntryView> results, long total, String type, @Nullable String nextCursor) {}

    /// @param cursor of the page before; in its place the page's number, if absent
    Page search(LogFilter.Where where, Paging paging, @Nullable String cursor) {
        return cursor == null ? byNumber(where, paging) : byCursor(where, paging, cursor);
    }

    private Page byNumber(LogFilter.Where where, Paging paging) {
        var found =
                reads.jdbc()
                        .sql(
                                "select * from logs where "
                                        + where.sql()
                                        + " order by "
                                        + paging.orderBy(
                                                Map.of("timestamp", "at", "level", "level"),
                                                "at desc, seq desc")
                                        + " limit :limit offset :offset")
                        .params(where.parameters())
                        .param("limit", paging.size())
                        .param("offset", paging.offset())
                        .query((row, _) -> entry(row))
                        .list();
        long total =
                found.size() < paging.size() && (paging.page() == 1 || !found.isEmpty())
                        ? paging.offset() + found.size()
                        : count(where);
        return new Page(
                found, total, "OFFSET", paging.sort().isEmpty() ? next(found, paging) : null);
    }

    private Page byCursor(LogFilter.Where where, Paging paging, String cursor) {
        var found =
                reads.jdbc()
                        .sql(
                                "select * from logs where "
                                        + where.sql()
                                        + " and (at, seq) < (:keyAt, :keySeq)"
                                        + " order by at desc, seq desc limit :limit")
                        .params(where.parameters())
                        .params(LineKey.of("cursor", cursor).parameters())
                        .param("limit", paging.size())
                        .query((row, _) -> entry(row))
                        .list();
        return new Page(found, found.size(), "CURSOR", next(found, paging));
    }

    private static @Nullable String next(List<LogEntryView> found, Paging paging) {
        return found.size() < paging.size() ? null : found.getLast().key().toString();
    }

    private long count(LogFilter.Where where) {
        return reads.jdbc()
                .sql(
                        "select count(*) from (select from logs where "
                                + where.sql()
                                + " limit "
                                + MOST_COUNTED
                                + ") as found")
                .params(where.parameters())
                .query(Long.class)
                .single();
    }

    private static LogEntryView entry(ResultSet row) throws SQLException {
        var id = row.getString("execution_id");
        int ordinal = row.getInt("ordinal");
        boolean ofTask = !row.wasNull();
        return new LogEntryView(
                row.getLong("seq"),
                row.getString("tenant"),
                row.getString("namespace"),
                row.getString("flow_id"),
                row.getString("task_id"),
                id,
                ofTask ? ExecutionView.taskRunId(id, ordinal) : null,
                ofTask ? row.getInt("attempt") : null,
                ExecutionColumns.instantOf(row, "at"),
                LEVELS.get(row.getInt("level")),
                row.getString("thread"),
                row.getString("message"));
    }
}
