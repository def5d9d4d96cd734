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
        var batches = new LinkedHashMap<String, LogBatch>();
        for (var delivery : deliveries) {
            var batch = delivery.as(LogBatch.class);
            batches.put(batch.id(), batch);
        }
        var kept = new HashMap<String, List<LogLine>>();
        for (var batch : batches.values()) {
            kept.put(batch.id(), budget.kept(batch.tenant(), batch.lines()));
        }
        var stored = new ArrayList<LogLine>();
        transaction.executeWithoutResult(_ -> {
            stored.clear();
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
            var tenants = new HashMap<String, String>();
            for (var batch : batches.values()) {
                if (fresh.contains(batch.id())) {
                    for (var line : kept.getOrDefault(batch.id(), List.of())) {
                        stored.add(line);
                        tenants.put(line.executionId(), batch.tenant());
                    }
                }
            }
            store.writeLogs(stored, line -> tenants.getOrDefault(line.executionId(), ""));
        });
        stored.stream().map(LogLine::executionId).distinct().forEach(feed::wake);
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
