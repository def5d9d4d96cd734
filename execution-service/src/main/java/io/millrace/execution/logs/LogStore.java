// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import io.millrace.contracts.LogBatch;
import io.millrace.contracts.LogLine;
import io.millrace.execution.follow.Feed;
import io.millrace.execution.lane.ExecutionStore;
import io.millrace.execution.lane.LogBudget;
import io.millrace.platform.broker.BatchWorker;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.Delivery;
import io.millrace.platform.tenancy.TenantScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Stores the lines of tasks that still run, in batches, each once.
public final class LogStore implements SmartLifecycle {
    private static final int BATCHES = 200;

    private final Broker broker;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ExecutionStore store;
    private final LogBudget budget;
    private final Feed feed;
    private @Nullable BatchWorker worker;

    public LogStore(
            Broker broker,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            ExecutionStore store,
            LogBudget budget,
            Feed feed) {
        this.broker = broker;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.store = store;
        this.budget = budget;
        this.feed = feed;
    }

    private void store(List<Delivery> deliveries) {
        var batches = new LinkedHashMap<String, LogBudget.Kept>();
        for (var delivery : deliveries) {
            var batch = delivery.as(LogBatch.class);
            batches.computeIfAbsent(batch.id(), _ -> budget.kept(batch.tenant(), batch.lines()));
        }
        var unstored = new LinkedHashMap<>(batches);
        try {
            var fresh = Objects.requireNonNull(transaction.execute(_ -> write(batches)));
            unstored.keySet().removeAll(fresh);
        } finally {
            unstored.values().forEach(budget::giveBack);
        }
        batches.keySet().removeAll(unstored.keySet());
        batches.values().stream()
                .flatMap(kept -> kept.lines().stream())
                .map(LogLine::executionId)
                .distinct()
                .forEach(feed::wake);
    }

    /// @return the ids of the batches that are new
    private Set<String> write(Map<String, LogBudget.Kept> batches) {
        var fresh =
                new HashSet<>(
                        jdbc.sql(
                                        """
                                        insert into log_batches (id)
                                        select unnest(:ids::text[])
                                            on conflict do nothing returning id
                                        """)
                                .param("ids", batches.keySet().toArray(String[]::new))
                                .query(String.class)
                                .list());
        var lines = new ArrayList<LogLine>();
        var tenants = new HashMap<String, String>();
        batches.forEach((id, kept) -> {
            if (fresh.contains(id)) {
                lines.addAll(kept.lines());
                kept.lines().forEach(line -> tenants.put(line.executionId(), kept.tenant()));
            }
        });
        store.writeLogs(lines, line -> tenants.getOrDefault(line.executionId(), ""));
        return fresh;
    }

    @Override
    public void start() {
        worker =
                new BatchWorker(
                        broker,
                        broker.topology().logStoreQueue(),
                        BATCHES,
                        batch -> TenantScope.runAcross(() -> store(batch)));
    }

    @Override
    public void stop() {
        var open = worker;
        worker = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public boolean isRunning() {
        return worker != null;
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1700;
    }
}
