// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

import io.millrace.contracts.LogLine;
import io.millrace.platform.tenancy.TenantScope;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;

/// How many bytes of log lines each namespace has kept in a day. Counted in memory, and added to
/// the store every few seconds: lanes don't wait for one another's row. A crash forgets what wasn't
/// added yet.
public final class LogUsage implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogUsage.class);
    private static final int KEPT_DAYS = 40;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final Map<Of, LongAdder> fresh = new ConcurrentHashMap<>();

    private record Of(String tenant, String namespace, LocalDate day) {}

    private record Sum(Of of, long bytes) {}

    public LogUsage(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    private void add(String tenant, String namespace, long bytes) {
        fresh.computeIfAbsent(new Of(tenant, namespace, today()), _ -> new LongAdder()).add(bytes);
    }

    /// Lines that were stored.
    void add(List<LogLine> lines, Function<LogLine, String> tenantOf) {
        for (var line : lines) {
            add(tenantOf.apply(line), line.namespace(), line.message().length());
        }
    }

    private LocalDate today() {
        return LocalDate.now(clock.withZone(ZoneOffset.UTC));
    }

    @Scheduled(fixedDelayString = "PT2S", initialDelayString = "PT2S")
    void store() {
        var sums = new ArrayList<Sum>();
        fresh.forEach((of, bytes) -> {
            long sum = bytes.sumThenReset();
            if (sum > 0) {
                sums.add(new Sum(of, sum));
            }
        });
        fresh.keySet().removeIf(of -> of.day().isBefore(today().minusDays(1)));
        if (sums.isEmpty()) {
            return;
        }
        try {
            TenantScope.runAcross(() -> insert(sums));
        } catch (DataAccessException e) {
            sums.forEach(s -> fresh.computeIfAbsent(s.of(), _ -> new LongAdder()).add(s.bytes()));
            log.atInfo()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("What was logged can't be counted for now");
        }
    }

    private void insert(List<Sum> sums) {
        jdbc.sql(
                        """
                        insert into log_usage as known (tenant, namespace, day, bytes)
                        select * from unnest(:tenants::text[], :namespaces::text[], :days::date[],
                                             :bytes::bigint[]) as s (tenant, namespace, day, bytes)
                         order by 1, 2, 3
                            on conflict (tenant, day, namespace)
                            do update set bytes = known.bytes + excluded.bytes
                        """)
                .param("tenants", texts(sums, s -> s.of().tenant()))
                .param("namespaces", texts(sums, s -> s.of().namespace()))
                .param("days", texts(sums, s -> s.of().day().toString()))
                .param("bytes", sums.stream().map(Sum::bytes).toArray(Long[]::new))
                .update();
    }

    private static String[] texts(List<Sum> sums, Function<Sum, String> text) {
        return sums.stream().map(text).toArray(String[]::new);
    }

    @Scheduled(fixedDelayString = "PT6H", initialDelayString = "PT10M")
    void forget() {
        TenantScope.runAcross(() ->
                jdbc.sql("delete from log_usage where day < :day")
                        .param("day", today().minusDays(KEPT_DAYS))
                        .update());
    }

    @Override
    public void close() {
        store();
    }
}
