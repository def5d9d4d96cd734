// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import io.millrace.execution.Reads;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.execution.search.ExecutionView;
import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.PagedResults;
import io.millrace.platform.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads and deletes log lines. Who may do so is the controllers' affair.
final class Logs {
    private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");
    private static final int MOST_COUNTED = 100_000;

    private final Reads reads;
    private final org.springframework.jdbc.core.simple.JdbcClient writes;

    Logs(Reads reads, org.springframework.jdbc.core.simple.JdbcClient writes) {
        this.reads = reads;
        this.writes = writes;
    }

    /// Which lines of an execution.
    record Selection(
            String executionId,
            @Nullable String minLevel,
            @Nullable String taskRunId,
            @Nullable String taskId,
            @Nullable Integer attempt) {

        private String where(Map<String, Object> parameters) {
            var conditions = new ArrayList<String>();
            conditions.add("execution_id = :id");
            parameters.put("id", executionId);
            if (minLevel != null) {
                conditions.add("level >= :level");
                parameters.put("level", level(minLevel));
            }
            if (taskRunId != null) {
                var ordinal = ExecutionView.ordinal(executionId, taskRunId);
                conditions.add("ordinal = :ordinal");
                parameters.put("ordinal", ordinal == null ? -1 : ordinal);
            }
            if (taskId != null) {
                conditions.add("task_id = :task");
                parameters.put("task", taskId);
            }
            if (attempt != null) {
                conditions.add("attempt = :attempt");
                parameters.put("attempt", attempt);
            }
            return String.join(" and ", conditions);
        }
    }

    static int level(String name) {
        int level = LEVELS.indexOf(name.toUpperCase(Locale.ROOT));
        if (level < 0) {
            throw new ServiceException.Invalid("minLevel", "Illegal argument: no level " + name);
        }
        return level;
    }

    /// In the order of time, and of writing.
    List<LogEntryView> of(Selection selection, int limit, long offset) {
        var parameters = new HashMap<String, Object>();
        var where = selection.where(parameters);
        return reads.jdbc()
                .sql(
                        "select * from logs where "
                                + where
                                + " order by at, seq limit :limit offset :offset")
                .params(parameters)
                .param("limit", limit)
                .param("offset", offset)
                .query((row, _) -> entry(row))
                .list();
    }

    /// Lines after a place, in the order of writing.
    List<LogEntryView> after(Selection selection, long seq) {
        var parameters = new HashMap<String, Object>();
        var where = selection.where(parameters);
        return reads.jdbc()
                .sql(
                        "select * from logs where "
                                + where
                                + " and seq > :seq order by seq limit 2000")
                .params(parameters)
                .param("seq", seq)
                .query((row, _) -> entry(row))
                .list();
    }

    int delete(Selection selection) {
        var parameters = new HashMap<String, Object>();
        var where = selection.where(parameters);
        return writes.sql("delete from logs where " + where).params(parameters).update();
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

    /// Which lines of all executions.
    record Search(
            @Nullable String query,
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String minLevel,
            @Nullable Instant from,
            @Nullable Instant to) {}

    PagedResults<LogEntryView> search(
            String tenant, NamespaceScope scope, Search search, Paging paging) {
        var parameters = new HashMap<String, Object>();
        var conditions = new ArrayList<String>();
        conditions.add("tenant = :tenant");
        parameters.put("tenant", tenant);
        if (!scope.all()) {
            conditions.add("namespace || '.' like any (:scope)");
            parameters.put("scope", scope.likePatterns());
        }
        if (search.query() != null && !search.query().isBlank()) {
            conditions.add("position(lower(:query) in lower(message)) > 0");
            parameters.put("query", search.query());
        }
        if (search.namespace() != null) {
            conditions.add("(namespace = :namespace or starts_with(namespace, :namespace || '.'))");
            parameters.put("namespace", search.namespace());
        }
        if (search.flowId() != null) {
            conditions.add("flow_id = :flow");
            parameters.put("flow", search.flowId());
        }
        if (search.minLevel() != null) {
            conditions.add("level >= :level");
            parameters.put("level", level(search.minLevel()));
        }
        if (search.from() != null) {
            conditions.add("at >= :from");
            parameters.put("from", search.from().atOffset(ZoneOffset.UTC));
        }
        if (search.to() != null) {
            conditions.add("at <= :to");
            parameters.put("to", search.to().atOffset(ZoneOffset.UTC));
        }
        var where = String.join(" and ", conditions);
        var found =
                reads.jdbc()
                        .sql(
                                "select * from logs where "
                                        + where
                                        + " order by "
                                        + paging.orderBy(
                                                Map.of("timestamp", "at", "level", "level"),
                                                "at desc, seq desc")
                                        + " limit :limit offset :offset")
                        .params(parameters)
                        .param("limit", paging.size())
                        .param("offset", paging.offset())
                        .query((row, _) -> entry(row))
                        .list();
        long total =
                found.size() < paging.size() && (paging.page() == 1 || !found.isEmpty())
                        ? paging.offset() + found.size()
                        : reads.jdbc()
                                .sql(
                                        "select count(*) from (select from logs where "
                                                + where
                                                + " limit "
                                                + MOST_COUNTED
                                                + ") as found")
                                .params(parameters)
                                .query(Long.class)
                                .single();
        return new PagedResults<>(found, total);
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
