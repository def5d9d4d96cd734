// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.locks;

import io.millrace.contracts.LaneEvent;
import io.millrace.engine.Command;
import io.millrace.engine.Phase;
import io.millrace.execution.dispatch.LockKeeper;
import io.millrace.execution.lane.Beside;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.Order;
import io.millrace.model.Task.Loop.LockScope;
import io.millrace.platform.tenancy.TenantScope;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Who works on which target, and who waits for it. A lock belongs to an iteration of a rollout and
/// names the task run of it that asked last; once that one has ended, and nobody has said so, the
/// sweep frees it. So what is lost in a crash holds nobody up for longer than the sweep takes.
///
/// Works beside the lanes, under an advisory lock of the target that lasts for one short
/// transaction.
public final class TargetLocks implements LockKeeper, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TargetLocks.class);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ObjectProvider<LaneRouter> router;
    private final Beside beside = new Beside("locks");

    /// Those of a rollout over thousands of targets ask at once, and must leave the lanes their
    /// connections.
    private final Semaphore places = new Semaphore(2);

    public TargetLocks(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            ObjectProvider<LaneRouter> router) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.router = router;
    }

    /// @param namespace empty for a lock of the whole tenant
    private record Target(String tenant, String namespace, String name) {
        static Target of(Order order, LockScope scope, String name) {
            var execution = order.state().execution();
            return new Target(
                    execution.tenant(),
                    scope == LockScope.NAMESPACE ? execution.namespace() : "",
                    name);
        }
    }

    /// @param ordinal the task run of the iteration that asked last
    private record Claim(String executionId, int rollout, int iteration, int ordinal) {
        boolean isOfSame(Claim other) {
            return executionId.equals(other.executionId)
                    && rollout == other.rollout
                    && iteration == other.iteration;
        }
    }

    @Override
    public void request(Order order, Command.RequestLock request, LaneRouter lanes) {
        var target = Target.of(order, request.scope(), request.target().name());
        var claim =
                new Claim(
                        order.executionId(),
                        request.target().rollout(),
                        request.target().iteration(),
                        request.taskRun());
        inTurn(() -> {
            var holder = take(target, claim);
            if (holder.isPresent()) {
                boolean mine = holder.get().isOfSame(claim);
                lanes.send(
                        claim.executionId(),
                        mine
                                ? new LaneEvent.LockGranted(claim.ordinal())
                                : new LaneEvent.LockDenied(
                                        claim.ordinal(), holder.get().executionId()));
            }
        });
    }

    @Override
    public void freed(Order order, Command.FreeLock free, LaneRouter lanes) {
        var target = Target.of(order, free.scope(), free.target().name());
        var claim =
                new Claim(
                        order.executionId(), free.target().rollout(), free.target().iteration(), 0);
        inTurn(() -> pass(target, claim, lanes));
    }

    private void inTurn(Runnable work) {
        beside.run(() -> {
            places.acquireUninterruptibly();
            try {
                work.run();
            } finally {
                places.release();
            }
        });
    }

    /// Frees locks of those who have ended, and gives free ones to those who wait.
    @Scheduled(fixedDelayString = "${millrace.locks.sweep-every:15s}")
    void sweep() {
        TenantScope.runAcross(this::sweepAll);
    }

    private void sweepAll() {
        var lanes = router.getObject();
        try {
            jdbc.sql(
                            """
                            select l.tenant, l.namespace, l.target,
                                   l.execution_id, l.rollout, l.iteration, l.ordinal
                              from target_locks l
                              left join task_runs r
                                on r.execution_id = l.execution_id and r.ordinal = l.ordinal
                             where l.at < now() - interval '10 seconds'
                               and (r.ordinal is null
                                    or (r.phase = 'OVER' and r.since < now() - interval '10 seconds'))
                            """)
                    .query((row, _) ->
                            new Stale(
                                    new Target(
                                            row.getString(1), row.getString(2), row.getString(3)),
                                    new Claim(
                                            row.getString(4),
                                            row.getInt(5),
                                            row.getInt(6),
                                            row.getInt(7))))
                    .list()
                    .forEach(stale -> pass(stale.target(), stale.claim(), lanes));
            jdbc.sql(
                            """
                            select distinct w.tenant, w.namespace, w.target
                              from target_lock_waits w
                             where not exists (select from target_locks l
                                                where l.tenant = w.tenant
                                                  and l.namespace = w.namespace
                                                  and l.target = w.target)
                            """)
                    .query((row, _) ->
                            new Target(row.getString(1), row.getString(2), row.getString(3)))
                    .list()
                    .forEach(target -> pass(target, null, lanes));
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("Locks of targets can't be looked after for now");
        }
    }

    private record Stale(Target target, Claim claim) {}

    /// Takes the lock if it is free, or waits for it.
    ///
    /// @return who has it now; nothing if the one who asked no longer waits
    private Optional<Claim> take(Target target, Claim claim) {
        return transaction.execute(_ -> {
            exclusively(target);
            if (!waits(claim)) {
                return Optional.empty();
            }
            var holder = holder(target);
            if (holder.isPresent() && !holder.get().isOfSame(claim)) {
                write("target_lock_waits", target, claim);
                return holder;
            }
            give(target, claim);
            return Optional.of(claim);
        });
    }

    /// @param from who gives it up, or nobody if it is free
    private void pass(Target target, @Nullable Claim from, LaneRouter lanes) {
        var next =
                transaction.execute(_ -> {
                    exclusively(target);
                    if (from != null) {
                        forget("target_lock_waits", target, from);
                        free(target, from);
                    }
                    if (holder(target).isPresent()) {
                        return Optional.<Claim>empty();
                    }
                    for (var waiting : waiting(target)) {
                        if (waits(waiting)) {
                            give(target, waiting);
                            return Optional.of(waiting);
                        }
                        forget("target_lock_waits", target, waiting);
                    }
                    return Optional.<Claim>empty();
                });
        if (next != null) {
            next.ifPresent(claim ->
                    lanes.send(claim.executionId(), new LaneEvent.LockGranted(claim.ordinal())));
        }
    }

    private void exclusively(Target target) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:key, 78))")
                .param("key", target.toString())
                .query((_, _) -> 0)
                .single();
    }

    /// Whether the task run still waits for a lock: a request may come late.
    private boolean waits(Claim claim) {
        return jdbc.sql(
                        """
                        select phase from task_runs
                         where execution_id = :execution and ordinal = :ordinal
                        """)
                .param("execution", claim.executionId())
                .param("ordinal", claim.ordinal())
                .query(String.class)
                .optional()
                .filter(Phase.LOCKING.name()::equals)
                .isPresent();
    }

    private Optional<Claim> holder(Target target) {
        return claims("target_locks", target).stream().findFirst();
    }

    private List<Claim> waiting(Target target) {
        return claims("target_lock_waits", target);
    }

    private List<Claim> claims(String table, Target target) {
        return jdbc.sql(
                        """
                        select execution_id, rollout, iteration, ordinal from %s
                         where tenant = :tenant and namespace = :namespace and target = :target
                         order by at, execution_id, ordinal
                        """
                                .formatted(table))
                .param("tenant", target.tenant())
                .param("namespace", target.namespace())
                .param("target", target.name())
                .query((row, _) ->
                        new Claim(row.getString(1), row.getInt(2), row.getInt(3), row.getInt(4)))
                .list();
    }

    private void give(Target target, Claim claim) {
        forget("target_lock_waits", target, claim);
        forget("target_locks", target, claim);
        write("target_locks", target, claim);
    }

    private void write(String table, Target target, Claim claim) {
        jdbc.sql(
                        """
                        insert into %s (tenant, namespace, target,
                                        execution_id, rollout, iteration, ordinal)
                        values (:tenant, :namespace, :target,
                                :execution, :rollout, :iteration, :ordinal)
                        on conflict do nothing
                        """
                                .formatted(table))
                .param("tenant", target.tenant())
                .param("namespace", target.namespace())
                .param("target", target.name())
                .param("execution", claim.executionId())
                .param("rollout", claim.rollout())
                .param("iteration", claim.iteration())
                .param("ordinal", claim.ordinal())
                .update();
    }

    private void forget(String table, Target target, Claim claim) {
        forget(table, target, claim, "");
    }

    /// Unless the iteration has asked again meanwhile: what frees a lock may come late.
    private void free(Target target, Claim claim) {
        forget(
                "target_locks",
                target,
                claim,
                """
                   and not exists (select from task_runs r
                                    where r.execution_id = l.execution_id
                                      and r.ordinal = l.ordinal and r.phase <> 'OVER')
                """);
    }

    private void forget(String table, Target target, Claim claim, String more) {
        jdbc.sql(
                        """
                        delete from %s l
                         where tenant = :tenant and namespace = :namespace and target = :target
                           and execution_id = :execution and rollout = :rollout
                           and iteration = :iteration
                        %s
                        """
                                .formatted(table, more))
                .param("tenant", target.tenant())
                .param("namespace", target.namespace())
                .param("target", target.name())
                .param("execution", claim.executionId())
                .param("rollout", claim.rollout())
                .param("iteration", claim.iteration())
                .update();
    }

    @Override
    public void close() {
        beside.close();
    }
}
