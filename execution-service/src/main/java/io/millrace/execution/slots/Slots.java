// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.slots;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.Execution;
import io.millrace.execution.dispatch.SlotKeeper;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.execution.lane.Beside;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.Order;
import io.millrace.platform.tenancy.TenantScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Counts, for a flow with a concurrency limit, the executions that hold a slot and those that were
/// granted one and don't know it yet. Whoever was created first comes first.
///
/// Works beside the lanes, under an advisory lock of the flow that lasts for one short transaction.
public final class Slots implements SlotKeeper, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Slots.class);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final FlowDirectory flows;
    private final Beside beside = new Beside("slots");
    private final ObjectProvider<LaneRouter> router;

    /// The next look at each flow that is being looked at.
    private final Map<Flow, Look> looks = new HashMap<>();

    public Slots(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            FlowDirectory flows,
            ObjectProvider<LaneRouter> router) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.flows = flows;
        this.router = router;
    }

    private record Flow(String tenant, String namespace, String flowId) {
        static Flow of(Execution e) {
            return new Flow(e.tenant(), e.namespace(), e.flowId());
        }
    }

    @Override
    public void request(Order order, int limit, LaneRouter lanes) {
        look(
                order,
                lanes,
                next -> {
                    next.ids.add(order.executionId());
                    next.limit = limit;
                });
    }

    @Override
    public void freed(Order order, LaneRouter lanes) {
        look(order, lanes, next -> next.freed = true);
    }

    /// Has somebody look at the flow of an execution. What comes while one looks is for the next
    /// look: thousands who ask at once take one connection, and a few transactions.
    private void look(Order order, LaneRouter lanes, Consumer<Look> asking) {
        var flow = Flow.of(order.state().execution());
        synchronized (looks) {
            var next = looks.get(flow);
            if (next == null) {
                next = new Look();
                looks.put(flow, next);
                beside.run(() -> lookAt(flow, lanes));
            }
            asking.accept(next);
        }
    }

    private void lookAt(Flow flow, LaneRouter lanes) {
        for (var look = next(flow); look != null; look = next(flow)) {
            var asked = look;
            beside.retried(() -> {
                if (asked.freed) {
                    grantWaiting(flow, lanes);
                }
                if (!asked.ids.isEmpty()) {
                    var granted = Set.copyOf(grant(flow, asked.limit));
                    for (var id : asked.ids) {
                        lanes.send(
                                id,
                                granted.contains(id)
                                        ? new LaneEvent.SlotGranted()
                                        : new LaneEvent.SlotDenied());
                    }
                }
            });
        }
    }

    private @Nullable Look next(Flow flow) {
        synchronized (looks) {
            var next = looks.remove(flow);
            if (next == null || next.isEmpty()) {
                return null;
            }
            looks.put(flow, new Look());
            return next;
        }
    }

    /// What a look is for.
    private static final class Look {
        final List<String> ids = new ArrayList<>();
        int limit;
        boolean freed;

        boolean isEmpty() {
            return ids.isEmpty() && !freed;
        }
    }

    /// Looks for flows in which somebody waits though a slot is free: after a crash.
    @Scheduled(fixedDelayString = "${millrace.slots.sweep-every:15s}")
    void sweep() {
        TenantScope.runAcross(this::sweepAll);
    }

    private void sweepAll() {
        var lanes = router.getObject();
        try {
            jdbc.sql(
                            """
                            select distinct tenant, namespace, flow_id from executions
                             where slot = 'ASKED'
                            """)
                    .query((row, _) ->
                            new Flow(row.getString(1), row.getString(2), row.getString(3)))
                    .list()
                    .forEach(flow -> sweep(flow, lanes));
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("Waiting executions can't be looked after for now");
        }
    }

    /// One flow that can't be used must not keep those of others waiting.
    private void sweep(Flow flow, LaneRouter lanes) {
        try {
            grantWaiting(flow, lanes);
        } catch (FlowUnusableException e) {
            log.atWarn()
                    .addKeyValue("tenant", flow.tenant())
                    .addKeyValue("namespace", flow.namespace())
                    .addKeyValue("flow", flow.flowId())
                    .addKeyValue("cause", e.detail())
                    .log("Executions wait for slots of a flow that can't be used");
        }
    }

    private void grantWaiting(Flow flow, LaneRouter lanes) {
        var first =
                jdbc.sql(
                                """
                                select revision from executions
                                 where tenant = :tenant and namespace = :namespace
                                   and flow_id = :flow and slot = 'ASKED'
                                 order by id limit 1
                                """)
                        .param("tenant", flow.tenant())
                        .param("namespace", flow.namespace())
                        .param("flow", flow.flowId())
                        .query(Integer.class)
                        .optional();
        if (first.isEmpty()) {
            return;
        }
        var plan =
                flows.get(new FlowRef(flow.tenant(), flow.namespace(), flow.flowId(), first.get()));
        var concurrency = plan.flow().concurrency();
        int limit = concurrency == null ? Integer.MAX_VALUE : concurrency.limit();
        for (var id : grant(flow, limit)) {
            lanes.send(id, new LaneEvent.SlotGranted());
        }
    }

    /// Grants what is free to those who wait longest.
    ///
    /// @return all that have a grant and don't hold their slot yet, the older grants among them
    private List<String> grant(Flow flow, int limit) {
        return transaction.execute(_ -> {
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:key, 77))")
                    .param("key", flow.toString())
                    .query((_, _) -> 0)
                    .single();
            jdbc.sql(
                            """
                            delete from slot_grants g
                             where tenant = :tenant and namespace = :namespace
                               and flow_id = :flow
                               and not exists (select from executions e
                                                where e.id = g.execution_id
                                                  and e.slot = 'ASKED')
                            """)
                    .param("tenant", flow.tenant())
                    .param("namespace", flow.namespace())
                    .param("flow", flow.flowId())
                    .update();
            var granted =
                    new ArrayList<>(
                            jdbc.sql(
                                            """
                                            select execution_id from slot_grants
                                             where tenant = :tenant
                                               and namespace = :namespace
                                               and flow_id = :flow
                                            """)
                                    .param("tenant", flow.tenant())
                                    .param("namespace", flow.namespace())
                                    .param("flow", flow.flowId())
                                    .query(String.class)
                                    .list());
            long holding =
                    jdbc.sql(
                                    """
                                    select count(*) from executions
                                     where tenant = :tenant and namespace = :namespace
                                       and flow_id = :flow and slot = 'HELD'
                                    """)
                            .param("tenant", flow.tenant())
                            .param("namespace", flow.namespace())
                            .param("flow", flow.flowId())
                            .query(Long.class)
                            .single();
            long free = limit - holding - granted.size();
            if (free > 0) {
                granted.addAll(grantNew(flow, free));
            }
            return granted;
        });
    }

    private List<String> grantNew(Flow flow, long free) {
        return jdbc.sql(
                        """
                        insert into slot_grants (execution_id, tenant, namespace, flow_id)
                        select id, tenant, namespace, flow_id from executions e
                         where tenant = :tenant and namespace = :namespace
                           and flow_id = :flow and slot = 'ASKED'
                           and not exists (select from slot_grants g where g.execution_id = e.id)
                         order by id limit :free
                        returning execution_id
                        """)
                .param("tenant", flow.tenant())
                .param("namespace", flow.namespace())
                .param("flow", flow.flowId())
                .param("free", free)
                .query(String.class)
                .list();
    }

    @Override
    public void close() {
        beside.close();
    }
}
