// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.dispatch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.contracts.Control;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LogLine;
import io.millrace.contracts.Topology;
import io.millrace.engine.Command;
import io.millrace.engine.Execution;
import io.millrace.execution.lane.LaneRouter;
import io.millrace.execution.lane.Order;
import io.millrace.model.WorkerGroup;
import io.millrace.model.WorkerGroup.Fallback;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.access.WorkerGroups;
import io.millrace.platform.broker.Broker;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.identity.TaskTokens;
import io.millrace.platform.problem.ServiceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Jobs as messages, and the queues that they go to.
public final class JobMessages {
    private static final String DEFAULT_GROUP = "default";

    private final Broker broker;
    private final Topology topology;
    private final TaskTokens tokens;
    private final JdbcClient jdbc;
    private final WorkerPresence workers;
    private final WorkerGroups groups;
    private final Clock clock;
    private final Set<Queue> known = ConcurrentHashMap.newKeySet();

    /// Tokens are for an execution, and last longer than they stay here.
    private final Cache<String, String> tokenOf =
            Caffeine.newBuilder()
                    .maximumSize(20_000)
                    .expireAfterWrite(Duration.ofMinutes(10))
                    .build();

    /// A queue of jobs.
    public record Queue(String group, String tenant) {
        public String name(Topology topology) {
            return topology.jobQueue(group, tenant);
        }
    }

    public JobMessages(
            Broker broker,
            TaskTokens tokens,
            JdbcClient jdbc,
            WorkerPresence workers,
            WorkerGroups groups,
            Clock clock) {
        this.jdbc = jdbc;
        this.workers = workers;
        this.groups = groups;
        this.broker = broker;
        this.topology = broker.topology();
        this.tokens = tokens;
        this.clock = clock;
    }

    /// Tenants that have a job queue of this group.
    public List<String> tenants(String group) {
        return jdbc.sql("select tenant from job_queues where worker_group = :group order by tenant")
                .param("group", group)
                .query(String.class)
                .list();
    }

    /// All queues of jobs that there are.
    public List<Queue> queues() {
        return jdbc.sql("select worker_group, tenant from job_queues order by 1, 2")
                .query((row, _) -> new Queue(row.getString(1), row.getString(2)))
                .list();
    }

    /// Makes sure that a tenant has a job queue that workers know of.
    public List<OutgoingMessage> ensureQueue(String group, String tenant) {
        var queue = new Queue(group, tenant);
        if (known.contains(queue)) {
            return List.of();
        }
        broker.declare(topology.jobs(group, tenant));
        jdbc.sql("insert into job_queues values (:group, :tenant) on conflict do nothing")
                .param("group", group)
                .param("tenant", tenant)
                .update();
        known.add(queue);
        return List.of(
                OutgoingMessage.transientEvent(
                        topology.controlExchange(),
                        "job-queue-added",
                        new Control.JobQueueAdded(group, tenant)));
    }

    List<OutgoingMessage> of(Order order, Command.DispatchTask command, LaneRouter router) {
        var execution = order.state().execution();
        var job = io.millrace.engine.Job.of(order.plan(), order.state(), command);
        var directory = job.directory();
        if (directory != null) {
            // if that worker is gone its directory is, too, and its lane hears of it
            return List.of(
                    OutgoingMessage.transientEvent(
                            topology.jobsExchange(),
                            Topology.workerKey(directory.worker()),
                            message(order, command, job, null)));
        }
        var asked = job.workerGroup();
        var group = asked == null ? DEFAULT_GROUP : asked.key();
        if (!groups.serves(group, execution.tenant(), execution.namespace())) {
            var refusal =
                    "Worker group '%s' isn't for namespace '%s'"
                            .formatted(group, execution.namespace());
            return router
                    .route(execution.id(), ended(order, job, refusal, true), order.traceparent())
                    .stream()
                    .toList();
        }
        if (asked != null && asked.fallback() != Fallback.WAIT && !workers.mayServe(group)) {
            if (asked.fallback() != Fallback.IGNORE) {
                return router
                        .route(execution.id(), ended(order, job, asked), order.traceparent())
                        .stream()
                        .toList();
            }
            group = DEFAULT_GROUP;
        }
        var messages = new ArrayList<>(ensureQueue(group, execution.tenant()));
        messages.add(
                OutgoingMessage.durable(
                        topology.jobsExchange(),
                        Topology.jobKey(group, execution.tenant()),
                        message(order, command, job, group)));
        return messages;
    }

    /// The end of a task that nobody is there to run.
    private LaneEvent ended(Order order, io.millrace.engine.Job job, WorkerGroup asked) {
        boolean fails = asked.fallback() == Fallback.FAIL;
        return ended(
                order,
                job,
                "No workers are available for worker group '%s', %s the task."
                        .formatted(asked.key(), fails ? "failing" : "canceling"),
                fails);
    }

    private LaneEvent ended(
            Order order, io.millrace.engine.Job job, String message, boolean fails) {
        var now = clock.instant();
        var execution = order.state().execution();
        var line =
                new LogLine(
                        execution.id(),
                        execution.namespace(),
                        execution.flowId(),
                        job.taskRun(),
                        job.taskId(),
                        job.attempt(),
                        fails ? "ERROR" : "INFO",
                        now,
                        message,
                        null);
        return new LaneEvent.TaskEnded(
                job.taskRun(),
                job.dispatch(),
                fails ? "FAILED" : "CANCELLED",
                Map.of(),
                null,
                fails ? message : null,
                List.of(line),
                List.of(),
                now,
                now,
                "none");
    }

    /// A trigger that a worker runs for the scheduler, with a token for the secrets of its flow.
    public List<OutgoingMessage> ofTrigger(Job job, @Nullable String workerGroup) {
        var group = workerGroup == null ? DEFAULT_GROUP : workerGroup;
        if (!groups.serves(group, job.tenant(), job.namespace())) {
            throw new ServiceException.Forbidden(
                    "Worker group '%s' isn't for namespace '%s'".formatted(group, job.namespace()));
        }
        var messages = new ArrayList<>(ensureQueue(group, job.tenant()));
        messages.add(
                OutgoingMessage.durable(
                        topology.jobsExchange(),
                        Topology.jobKey(group, job.tenant()),
                        job.withToken(
                                tokens.issue(
                                        new TaskIdentity(
                                                job.tenant(),
                                                job.namespace(),
                                                job.flowId(),
                                                job.executionId(),
                                                null),
                                        group),
                                clock.instant())));
        return messages;
    }

    /// @param group whose workers get it; absent: one worker, whatever its group
    private Job message(
            Order order,
            Command.DispatchTask command,
            io.millrace.engine.Job job,
            @Nullable String group) {
        var execution = order.state().execution();
        var taskRun = order.state().find(job.taskRun());
        var directory = job.directory();
        return new Job(
                execution.tenant(),
                execution.namespace(),
                execution.flowId(),
                execution.revision(),
                execution.id(),
                job.taskRun(),
                job.taskId(),
                job.attempt(),
                job.dispatch(),
                typeOf(job),
                job.properties(),
                job.variables(),
                job.timeout(),
                job.logLevel(),
                job.logToFile(),
                token(order, group),
                dispatchedAt(order, command),
                order.traceparent(),
                null,
                directory == null
                        ? null
                        : new Job.Directory(
                                directory.worker(), directory.taskRun(), directory.dispatch()),
                taskRun == null ? null : taskRun.value(),
                origin(execution),
                job.cache() == null ? null : new Job.Cache(job.cache().ttl()));
    }

    private static String typeOf(io.millrace.engine.Job job) {
        return switch (job.kind()) {
            case RUN -> job.type();
            case RENDER -> Job.RENDER;
            case STORE -> Job.STORE;
            case OPEN_DIRECTORY -> Job.OPEN_DIRECTORY;
            case CLOSE_DIRECTORY -> Job.CLOSE_DIRECTORY;
        };
    }

    /// The execution that has started this one and may have handed it files.
    private static Job.@Nullable Origin origin(Execution execution) {
        var trigger = execution.trigger();
        return execution.parent() != null
                        && trigger != null
                        && trigger.variables().get("namespace") instanceof String namespace
                        && trigger.variables().get("flowId") instanceof String flowId
                ? new Job.Origin(namespace, flowId, execution.parent().executionId())
                : null;
    }

    private String token(Order order, @Nullable String group) {
        var e = order.state().execution();
        return tokenOf.get(
                e.id() + "@" + group,
                _ ->
                        tokens.issue(
                                new TaskIdentity(
                                        e.tenant(), e.namespace(), e.flowId(), e.id(), null),
                                group));
    }

    /// A job that may have been sent before bears the time of the first sending, so that workers
    /// ask before they start it.
    private Instant dispatchedAt(Order order, Command.DispatchTask command) {
        if (!command.again()) {
            return clock.instant();
        }
        var taskRun = order.state().find(command.taskRun());
        return taskRun == null ? order.state().execution().history().changedAt() : taskRun.since();
    }
}
