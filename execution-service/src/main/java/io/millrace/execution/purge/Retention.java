// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.purge;

import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.execution.purge.RetentionProperties.Rule;
import io.millrace.model.ExecutionId;
import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.tenancy.TenantScope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Deletes what has been kept for long enough: whole partitions where nobody keeps anything of
/// their weeks, and in batches what is left.
public final class Retention {
    private static final Logger log = LoggerFactory.getLogger(Retention.class);
    private static final DateTimeFormatter WEEK = DateTimeFormatter.BASIC_ISO_DATE;
    private static final int LOG_BATCH = 5_000;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Purge purge;
    private final RetentionProperties properties;
    private final Clock clock;

    public Retention(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            Purge purge,
            RetentionProperties properties,
            Clock clock) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.purge = purge;
        this.properties = properties;
        this.clock = clock;
    }

    /// When each execution's time is over, as a condition in SQL.
    ///
    /// @param sql the instant before which a row is old; a `case` over tenant and namespace
    /// @param shortest least time that anything is kept; absent if all is kept for good
    /// @param longest greatest time that anything is kept; absent if some is kept for good
    private record Limits(
            String sql,
            Map<String, Object> parameters,
            @Nullable Duration shortest,
            @Nullable Duration longest) {}

    private Limits limits(
            Instant now, @Nullable Duration otherwise, Function<Rule, @Nullable Duration> keep) {
        var rules = new ArrayList<>(properties.rules());
        rules.sort(
                Comparator.comparingInt((Rule rule) ->
                                rule.namespace() == null ? 0 : rule.namespace().length())
                        .reversed());
        var sql = new StringBuilder("case");
        var parameters = new HashMap<String, Object>();
        var all = new ArrayList<@Nullable Duration>();
        for (int i = 0; i < rules.size(); i++) {
            var rule = rules.get(i);
            var kept = keep.apply(rule);
            all.add(kept);
            sql.append(" when tenant = :tenant").append(i);
            parameters.put("tenant" + i, rule.tenant());
            if (rule.namespace() != null) {
                sql.append(" and namespace || '.' like :namespace").append(i);
                parameters.put(
                        "namespace" + i,
                        new NamespaceScope(false, List.of(rule.namespace())).likePatterns()[0]);
            }
            sql.append(" then ").append(cutoff(now, kept));
        }
        all.add(otherwise);
        sql.append(rules.isEmpty() ? " when true then " : " else ").append(cutoff(now, otherwise));
        sql.append(" end");
        var finite = all.stream().filter(Objects::nonNull).map(Objects::requireNonNull).toList();
        return new Limits(
                sql.toString(),
                parameters,
                finite.stream().min(Comparator.naturalOrder()).orElse(null),
                finite.size() < all.size()
                        ? null
                        : finite.stream().max(Comparator.naturalOrder()).orElse(null));
    }

    private static String cutoff(Instant now, @Nullable Duration keep) {
        return keep == null ? "'-infinity'::timestamptz" : "'" + now.minus(keep) + "'::timestamptz";
    }

    @Scheduled(fixedDelayString = "${millrace.retention.every:PT1H}", initialDelayString = "PT2M")
    void look() {
        try {
            TenantScope.runAcross(this::clean);
        } catch (DataAccessException e) {
            log.atWarn().setCause(e).log("What is old can't be deleted for now");
        }
    }

    /// One look. Instances that look at the same time do each other no harm.
    public void clean() {
        var now = clock.instant();
        var limits = limits(now, properties.keep(), Rule::keep);
        var logLimits = limits(now, properties.keepLogs(), Rule::keepLogs);
        if (limits.shortest() == null && logLimits.shortest() == null) {
            return;
        }
        if (limits.longest() != null) {
            for (var week : weeks("executions")) {
                if (!bound(week.plusWeeks(1)).isAfter(now.minus(limits.longest()))) {
                    dropExecutions(week);
                }
            }
        }
        if (logLimits.longest() != null) {
            var oldest = now.minus(logLimits.longest());
            for (var week : weeks("logs")) {
                if (!bound(week.plusWeeks(1)).isAfter(oldest)) {
                    dropLogs(week, oldest);
                }
            }
        }
        if (limits.shortest() != null) {
            deleteExecutions(limits, now.minus(limits.shortest()));
        }
        if (logLimits.shortest() != null) {
            deleteLogs(logLimits, now.minus(logLimits.shortest()));
        }
    }

    private static Instant bound(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static String name(String table, LocalDate week) {
        return table + "_" + WEEK.format(week);
    }

    /// The weeks that have a partition of their own.
    private List<LocalDate> weeks(String table) {
        return jdbc
                .sql(
                        """
                        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                         where i.inhparent = to_regclass(:table) order by 1
                        """)
                .param("table", table)
                .query(String.class)
                .list()
                .stream()
                .map(name -> name.substring(table.length() + 1))
                .filter(suffix -> suffix.matches("\\d{8}"))
                .map(suffix -> LocalDate.parse(suffix, WEEK))
                .toList();
    }

    /// Drops all that is kept of a week, unless something of it still runs.
    private void dropExecutions(LocalDate week) {
        if (runs(week)) {
            return;
        }
        var last = "";
        for (var ids = page(week, last); !ids.isEmpty(); ids = page(week, last)) {
            purge.delete(ids, new Purge.Parts(false, false, false, true));
            last = ids.getLast().id();
        }
        drop(week, List.of("executions", "task_runs", "logs", "metrics"));
    }

    /// Drops the log lines of a week, unless its executions may have written some since.
    private void dropLogs(LocalDate week, Instant oldest) {
        if (!runs(week) && !has(week, "ended_at >= '" + oldest + "'")) {
            drop(week, List.of("logs"));
        }
    }

    private boolean runs(LocalDate week) {
        return has(week, "ended_at is null");
    }

    /// Whether a week has such executions; one whose executions are gone has none.
    private boolean has(LocalDate week, String which) {
        var table = name("executions", week);
        return jdbc.sql("select to_regclass(:table) is not null")
                        .param("table", table)
                        .query(Boolean.class)
                        .single()
                && jdbc.sql("select exists (select from " + table + " where " + which + ")")
                        .query(Boolean.class)
                        .single();
    }

    private List<io.millrace.engine.Execution> page(LocalDate week, String after) {
        return jdbc.sql(
                        "select * from "
                                + name("executions", week)
                                + " where id > :after order by id limit :limit")
                .param("after", after)
                .param("limit", properties.batch())
                .query((row, _) -> ExecutionColumns.execution(row))
                .list();
    }

    /// Lanes wait while a partition goes: where that would take long, it goes another time. So it
    /// does if something of the week runs again since that was looked at last; nothing can from the
    /// lock on.
    private void drop(LocalDate week, List<String> tables) {
        var partitions = tables.stream().map(table -> name(table, week)).toList();
        try {
            boolean dropped =
                    Boolean.TRUE.equals(
                            transaction.execute(_ -> {
                                jdbc.sql("set local lock_timeout = '500ms'").update();
                                // the parent: so does who writes, before the partition
                                jdbc.sql(
                                                "lock table only "
                                                        + tables.getFirst()
                                                        + " in access exclusive mode")
                                        .update();
                                if (runs(week)) {
                                    return false;
                                }
                                for (var partition : partitions) {
                                    jdbc.sql("drop table if exists " + partition).update();
                                }
                                return true;
                            }));
            log.atInfo()
                    .addKeyValue("partitions", partitions)
                    .log(
                            dropped
                                    ? "Old partitions dropped"
                                    : "Old partitions are in use again, and stay");
        } catch (DataAccessException e) {
            log.atInfo()
                    .addKeyValue("partitions", partitions)
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Old partitions are dropped another time");
        }
    }

    private void deleteExecutions(Limits limits, Instant youngest) {
        var last = "";
        var gone = Purge.Purged.NOTHING;
        for (int i = 0; i < properties.mostBatches(); i++) {
            var old =
                    jdbc.sql(
                                    "select * from executions where id > :after and id < :bound"
                                            + " and ended_at is not null and created_at < "
                                            + limits.sql()
                                            + " order by id limit :limit")
                            .params(limits.parameters())
                            .param("after", last)
                            .param("bound", idBound(youngest))
                            .param("limit", properties.batch())
                            .query((row, _) -> ExecutionColumns.execution(row))
                            .list();
            gone = gone.and(purge.delete(old, Purge.Parts.ALL));
            if (old.size() < properties.batch()) {
                break;
            }
            last = old.getLast().id();
        }
        if (gone.executions() > 0) {
            log.atInfo()
                    .addKeyValue("executions", gone.executions())
                    .addKeyValue("logs", gone.logs())
                    .addKeyValue("files", gone.files())
                    .log("Old executions deleted");
        }
    }

    /// Old log lines that were found together.
    ///
    /// @param executionId and `seq`: of the last one
    /// @param deleted less than `found` where another instance was first
    private record LogBatch(String executionId, long seq, int found, int deleted) {}

    private void deleteLogs(Limits limits, Instant youngest) {
        long gone = 0;
        var batch = new LogBatch("", 0, LOG_BATCH, 0);
        for (int i = 0; i < properties.mostBatches() && batch.found() == LOG_BATCH; i++) {
            batch = deleteLogs(limits, youngest, batch);
            gone += batch.deleted();
        }
        if (gone > 0) {
            log.atInfo().addKeyValue("lines", gone).log("Old log lines deleted");
        }
    }

    /// Goes on behind the batch before: what is kept, or is dead and not vacuumed yet, isn't passed
    /// again with each.
    private LogBatch deleteLogs(Limits limits, Instant youngest, LogBatch before) {
        return jdbc.sql(
                        "with old as materialized (select execution_id, seq from logs"
                                + " where execution_id >= :after and execution_id < :bound"
                                + " and (execution_id, seq) > (:after, :seq) and at < "
                                + limits.sql()
                                + " order by execution_id, seq limit :limit),"
                                + " gone as (delete from logs l using old"
                                + " where l.execution_id = old.execution_id and l.seq = old.seq"
                                + " and l.execution_id >= :after and l.execution_id < :bound"
                                + " returning l.seq)"
                                + " select execution_id, seq, (select count(*) from old) as found,"
                                + " (select count(*) from gone) as deleted"
                                + " from old order by execution_id desc, seq desc limit 1")
                .params(limits.parameters())
                .param("bound", idBound(youngest))
                .param("after", before.executionId())
                .param("seq", before.seq())
                .param("limit", LOG_BATCH)
                .query(LogBatch.class)
                .optional()
                .orElse(new LogBatch("", 0, 0, 0));
    }

    /// Ids of executions that began before are less.
    private static String idBound(Instant instant) {
        return ExecutionId.derived(instant, "retention").value();
    }
}
