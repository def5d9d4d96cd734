// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.workers;

import io.millrace.contracts.Claims;
import io.millrace.contracts.Heartbeat;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Which worker may start a job that is old or came before: the dispatch must be the one that its
/// task run waits for, and no other living worker may have it.
public final class ClaimBook {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

    private final JdbcClient jdbc;
    private final Workers workers;
    private final LaneRouter lanes;

    public ClaimBook(JdbcClient jdbc, Workers workers, LaneRouter lanes) {
        this.jdbc = jdbc;
        this.workers = workers;
        this.lanes = lanes;
    }

    /// @return those of the claims that are granted
    /// @throws ServiceException.Unavailable if a lane doesn't say in time what it knows
    public List<Claims.Claim> claim(String workerId, List<Claims.Claim> claims) {
        awaitResults(claims);
        var free =
                claims.stream()
                        .filter(c ->
                                !workers.runsElsewhere(
                                        new Heartbeat.Running(
                                                c.executionId(), c.taskRun(), c.dispatch()),
                                        workerId))
                        .toList();
        var awaited = awaited(workerId, free);
        var granted = new ArrayList<Claims.Claim>();
        for (var claim : free) {
            if (awaited.contains(claim) && take(workerId, claim)) {
                granted.add(claim);
            }
        }
        return granted;
    }

    /// A result that lies in its lane's queue counts: after a restart of the broker, a job may come
    /// back before the lane has read that its task has ended.
    private void awaitResults(List<Claims.Claim> claims) {
        try {
            lanes.passed(claims.stream().map(Claims.Claim::executionId).toList())
                    .get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new ServiceException.Unavailable(
                    "The lanes don't answer", Duration.ofSeconds(1), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException.Unavailable("The service is stopping", Duration.ZERO, e);
        }
    }

    /// Those whose task run waits for this very dispatch, and has no other worker.
    private Set<Claims.Claim> awaited(String workerId, List<Claims.Claim> claims) {
        var found =
                jdbc.sql(
                                """
                                select c.id, c.ordinal, c.dispatch
                                  from unnest(:ids::text[], :ordinals::integer[],
                                              :dispatches::integer[]) as c(id, ordinal, dispatch)
                                  join task_runs t on t.execution_id = c.id
                                       and t.ordinal = c.ordinal and t.dispatch = c.dispatch
                                 where (t.phase in ('RUNNING', 'RENDERING')
                                        and (t.worker_id is null or t.worker_id = :worker))
                                    or (t.phase = 'CHILDREN' and t.worker_id = :worker)
                                union all
                                select c.id, c.ordinal, c.dispatch
                                  from unnest(:ids::text[], :ordinals::integer[],
                                              :dispatches::integer[]) as c(id, ordinal, dispatch)
                                  join task_runs t on t.execution_id = c.id
                                       and t.ordinal = c.ordinal and t.dispatch >= c.dispatch
                                 where t.phase = 'BATCHES'
                                union all
                                select c.id, c.ordinal, c.dispatch
                                  from unnest(:ids::text[], :ordinals::integer[],
                                              :dispatches::integer[]) as c(id, ordinal, dispatch)
                                  join executions e on e.id = c.id and c.ordinal < 0
                                 where e.ended_at is null
                                """)
                        .param(
                                "ids",
                                claims.stream()
                                        .map(Claims.Claim::executionId)
                                        .toArray(String[]::new))
                        .param(
                                "ordinals",
                                claims.stream().map(Claims.Claim::taskRun).toArray(Integer[]::new))
                        .param(
                                "dispatches",
                                claims.stream().map(Claims.Claim::dispatch).toArray(Integer[]::new))
                        .param("worker", workerId)
                        .query((row, _) ->
                                new Claims.Claim(row.getString(1), row.getInt(2), row.getInt(3)))
                        .list();
        return new HashSet<>(found);
    }

    /// One worker has it; another may have it once that one is lost.
    private boolean take(String workerId, Claims.Claim claim) {
        for (int tries = 0; tries < 3; tries++) {
            int inserted =
                    jdbc.sql(
                                    """
                                    insert into claims (execution_id, ordinal, dispatch, worker_id)
                                    values (:id, :ordinal, :dispatch, :worker)
                                        on conflict do nothing
                                    """)
                            .param("id", claim.executionId())
                            .param("ordinal", claim.taskRun())
                            .param("dispatch", claim.dispatch())
                            .param("worker", workerId)
                            .update();
            if (inserted == 1) {
                return true;
            }
            var holder =
                    jdbc.sql(
                                    """
                                    select worker_id from claims where execution_id = :id
                                       and ordinal = :ordinal and dispatch = :dispatch
                                    """)
                            .param("id", claim.executionId())
                            .param("ordinal", claim.taskRun())
                            .param("dispatch", claim.dispatch())
                            .query(String.class)
                            .optional();
            if (holder.isPresent()
                    && (holder.get().equals(workerId) || workers.lives(holder.get()))) {
                // the same worker asks again after its own delivery came back to it
                return holder.get().equals(workerId);
            }
            holder.ifPresent(gone ->
                    jdbc.sql(
                                    """
                                    delete from claims where execution_id = :id
                                       and ordinal = :ordinal and dispatch = :dispatch
                                       and worker_id = :worker
                                    """)
                            .param("id", claim.executionId())
                            .param("ordinal", claim.taskRun())
                            .param("dispatch", claim.dispatch())
                            .param("worker", gone)
                            .update());
        }
        return false;
    }
}
