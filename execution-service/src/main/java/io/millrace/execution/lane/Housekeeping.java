// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.model.ExecutionId;
import io.millrace.platform.tenancy.TenantScope;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;

/// Makes the partitions of the weeks to come, and forgets what is remembered for a while only.
///
/// Ids are in the order of time, so that a range of ids is a range of time. What fits no partition
/// goes to the one that takes the rest.
public final class Housekeeping implements InitializingBean {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final List<String> PARTITIONED =
            List.of("executions", "task_runs", "logs", "metrics");
    private static final int WEEKS_AHEAD = 3;

    private final JdbcClient jdbc;
    private final Clock clock;

    public Housekeeping(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public void afterPropertiesSet() {
        makePartitions();
    }

    @Scheduled(fixedDelayString = "PT6H", initialDelayString = "PT6H")
    void makeNextPartitions() {
        TenantScope.runAcross(this::makePartitions);
    }

    private void makePartitions() {
        var monday =
                LocalDate.now(clock.withZone(ZoneOffset.UTC))
                        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        for (int week = 0; week <= WEEKS_AHEAD; week++) {
            var from = monday.plusWeeks(week);
            for (var table : PARTITIONED) {
                makePartition(table, from);
            }
        }
    }

    private void makePartition(String table, LocalDate from) {
        var name = table + "_" + from.toString().replace("-", "");
        boolean exists =
                jdbc.sql("select to_regclass(:name) is not null")
                        .param("name", name)
                        .query(Boolean.class)
                        .single();
        if (exists) {
            return;
        }
        try {
            jdbc.sql(
                            "create table if not exists %s partition of %s for values from ('%s') to ('%s') with (fillfactor = 85)"
                                    .formatted(name, table, bound(from), bound(from.plusWeeks(1))))
                    .update();
        } catch (DataAccessException e) {
            // another instance makes it, or rows of that time lie in the rest already
            log.atInfo()
                    .addKeyValue("partition", name)
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Partition not made");
        }
    }

    /// The same text each time for the same day.
    private static String bound(LocalDate day) {
        return ExecutionId.derived(day.atStartOfDay(ZoneOffset.UTC).toInstant(), "week").value();
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT10M")
    void forget() {
        TenantScope.runAcross(this::forgetOld);
    }

    private void forgetOld() {
        jdbc.sql("delete from log_batches where at < now() - interval '6 hours'").update();
        jdbc.sql("delete from claims where at < now() - interval '2 days'").update();
        jdbc.sql("delete from idempotency_keys where at < now() - interval '2 days'").update();
    }
}
