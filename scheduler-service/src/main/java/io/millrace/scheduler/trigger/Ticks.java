// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.UnansweredException;
import io.millrace.model.ExecutionId;
import io.millrace.model.Trigger;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import io.millrace.scheduler.execution.Executions;
import io.millrace.scheduler.flowtrigger.FlowTrigger;
import io.millrace.scheduler.question.Asker;
import io.millrace.scheduler.question.Stores;
import io.millrace.scheduler.question.TriggerFunctions;
import io.millrace.scheduler.schedule.InvalidTriggerException;
import io.millrace.scheduler.schedule.Schedule;
import io.millrace.scheduler.schedule.TickRequests;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.client.RestClientException;

/// Fires what is due.
final class Ticks {
    private static final Logger log = LoggerFactory.getLogger(Ticks.class);

    /// How soon a trigger is looked at again whose last execution runs; its end wakes it before.
    private static final Duration HOLD = Duration.ofSeconds(1);

    /// An execution that was asked for so long ago, and isn't there, was deleted.
    private static final Duration FORGOTTEN = Duration.ofMinutes(5);

    /// How long a trigger waits for what its expressions ask of stores. Whoever dies meanwhile
    /// leaves it to the next one after that.
    private static final Duration ASKING = Duration.ofSeconds(20);

    /// How soon a store is asked again that was away.
    private static final Duration AWAY = Duration.ofSeconds(5);

    /// What stores said counts for so long.
    private static final Duration FRESH = Duration.ofSeconds(30);

    /// Triggers of a tenant whose questions are asked at once.
    private static final int ASKING_AT_ONCE = 16;

    private final TriggerStore store;
    private final KnownFlows flows;
    private final TickRequests requests;
    private final Executions executions;
    private final Polls polls;
    private final Deadlines deadlines;
    private final Topology topology;
    private final Consumer<List<OutgoingMessage>> publisher;
    private final TransactionTemplate transaction;
    private final ScheduleMetrics metrics;
    private final SchedulerProperties properties;
    private final Stores stores;
    private final Executor beside;
    private final Cache<TriggerRow.Key, Prepared> prepared =
            Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(FRESH).build();
    private final Set<TriggerRow.Key> asking = ConcurrentHashMap.newKeySet();
    private final Map<String, Semaphore> byTenant = new ConcurrentHashMap<>();
    private volatile Runnable answered = () -> {};

    /// @param stores who answers what expressions ask
    /// @param beside where that is waited for
    /// @param publisher returns when the broker has confirmed all of them
    Ticks(
            TriggerStore store,
            KnownFlows flows,
            TickRequests requests,
            Executions executions,
            Polls polls,
            Deadlines deadlines,
            Topology topology,
            Consumer<List<OutgoingMessage>> publisher,
            TransactionTemplate transaction,
            ScheduleMetrics metrics,
            SchedulerProperties properties,
            Stores stores,
            Executor beside) {
        this.store = store;
        this.flows = flows;
        this.requests = requests;
        this.executions = executions;
        this.polls = polls;
        this.deadlines = deadlines;
        this.topology = topology;
        this.publisher = publisher;
        this.transaction = transaction;
        this.metrics = metrics;
        this.properties = properties;
        this.stores = stores;
        this.beside = beside;
    }

    /// What to do when a trigger that waited for answers is due again.
    void whenAnswered(Runnable action) {
        answered = action;
    }

    /// What one look came to.
    ///
    /// @param triggers how many were due
    /// @param executions how many executions were asked for
    record Turn(int triggers, int executions) {}

    /// Fires the triggers that are due and that no other instance holds.
    ///
    /// The executions are asked for, and confirmed by the broker, before the rows move on. A crash
    /// in between leaves the rows as they were: whoever takes them next asks for the same
    /// executions again, by the same ids, which are derived from trigger and date. The lane knows
    /// an execution by its id, so that one date starts one execution, whatever happens here. The
    /// other order would lose a date in a crash.
    ///
    /// The rows stay locked while the last executions' states are asked for and while the broker
    /// confirms: nobody waits for them but a change of their own flow, and no longer than the two
    /// timeouts. Another instance passes over them and takes the next.
    ///
    /// What a trigger's expressions ask of stores is asked beside this, with no row locked: it is
    /// held, decided with the answers, and then looked at again, when the decision stands if the
    /// row is as it was. A store that is away is asked again later, and the date waits (ADR 54).
    Turn fire(Instant now) {
        var turn =
                transaction.execute(_ -> {
                    var due = store.lockDue(now, properties.batch());
                    var triggered = flows.findAll(due.stream().map(TriggerRow::key).toList());
                    var running = running(due, triggered, now);
                    var messages = new ArrayList<OutgoingMessage>();
                    var moved = new ArrayList<TriggerRow>(due.size());
                    var jobs = new ArrayList<Polls.Dispatch>();
                    var waiting = new ArrayList<Waiting>();
                    for (var row : due) {
                        var found = triggered.get(row.key());
                        if (running.contains(row.key())) {
                            store.hold(row.key(), now.plus(HOLD));
                        } else if (Polls.runsOnWorkers(row.type())) {
                            send(row, found, now, jobs, moved);
                        } else {
                            var decided = decided(row, found, now);
                            if (decided == null) {
                                store.hold(row.key(), now.plus(ASKING));
                                waiting.add(new Waiting(row, Objects.requireNonNull(found)));
                            } else {
                                moved.add(decided.row());
                                messages.addAll(decided.messages());
                            }
                        }
                    }
                    if (!messages.isEmpty()) {
                        publisher.accept(messages);
                    }
                    store.move(moved);
                    return new Sent(new Turn(due.size(), messages.size()), jobs, waiting);
                });
        if (turn == null) {
            return new Turn(0, 0);
        }
        turn.jobs().forEach(job -> dispatch(job, now));
        turn.waiting().forEach(waiting -> prepare(waiting, now));
        return turn.turn();
    }

    private record Sent(Turn turn, List<Polls.Dispatch> jobs, List<Waiting> waiting) {}

    /// A trigger whose expressions ask something of stores.
    private record Waiting(TriggerRow row, KnownFlows.Triggered triggered) {}

    /// What is to become of a trigger.
    ///
    /// @param row as it will be
    private record Decided(TriggerRow row, List<OutgoingMessage> messages) {}

    /// A decision for a row as it was.
    private record Prepared(
            @Nullable Instant next, @Nullable Instant last, int revision, Decided decided) {
        boolean isOf(TriggerRow row, KnownFlows.@Nullable Triggered triggered) {
            return triggered != null
                    && triggered.revision() == revision
                    && Objects.equals(row.nextAt(), next)
                    && Objects.equals(row.lastAt(), last);
        }
    }

    /// @return null if stores have to be asked first
    private @Nullable Decided decided(
            TriggerRow row, KnownFlows.@Nullable Triggered triggered, Instant now) {
        var ready = prepared.asMap().remove(row.key());
        if (ready != null && ready.isOf(row, triggered)) {
            return ready.decided();
        }
        try {
            return decide(row, triggered, now, TriggerFunctions.unasked());
        } catch (UnansweredException _) {
            return null;
        }
    }

    /// Decides with the answers of stores, and has the trigger looked at again.
    private void prepare(Waiting waiting, Instant now) {
        var row = waiting.row();
        if (!asking.add(row.key())) {
            return;
        }
        long begun = System.nanoTime();
        beside.execute(
                TenantScope.acrossAll(() -> {
                    try {
                        ask(waiting, now);
                        store.release(List.of(row.key()));
                    } catch (UnansweredException e) {
                        var at = now.plusNanos(System.nanoTime() - begun);
                        store.hold(row.key(), at.plus(AWAY));
                        complain(row, "It waits for an answer: " + e.getMessage(), at);
                    } catch (RuntimeException e) {
                        var at = now.plusNanos(System.nanoTime() - begun);
                        log.error("A trigger couldn't be decided", e);
                        complain(row, "It couldn't be decided: the log says why", at);
                    } finally {
                        asking.remove(row.key());
                        answered.run();
                    }
                }));
    }

    private void ask(Waiting waiting, Instant now) {
        var row = waiting.row();
        var flow = row.key().flow();
        var triggered = waiting.triggered();
        var asker =
                new Asker(
                        flow.tenant(),
                        flow.namespace(),
                        flow.flowId(),
                        triggered.revision(),
                        executionId(row.key(), row.nextAt() == null ? now : row.nextAt()));
        var permits = byTenant.computeIfAbsent(flow.tenant(), _ -> new Semaphore(ASKING_AT_ONCE));
        permits.acquireUninterruptibly();
        try {
            var decided = decide(row, triggered, now, TriggerFunctions.asking(stores, asker));
            prepared.put(
                    row.key(),
                    new Prepared(row.nextAt(), row.lastAt(), triggered.revision(), decided));
        } finally {
            permits.release();
        }
    }

    private void complain(TriggerRow row, String problem, Instant at) {
        log.atWarn()
                .addKeyValue("tenant", row.key().flow().tenant())
                .addKeyValue("namespace", row.key().flow().namespace())
                .addKeyValue("flow", row.key().flow().flowId())
                .addKeyValue("trigger", row.key().triggerId())
                .addKeyValue("problem", problem)
                .log("Trigger is held");
        if (!problem.equals(row.problem())) {
            store.complain(row.key(), problem, at);
        }
    }

    private void send(
            TriggerRow row,
            KnownFlows.@Nullable Triggered triggered,
            Instant now,
            List<Polls.Dispatch> jobs,
            List<TriggerRow> moved) {
        var planned = row.nextAt();
        if (triggered == null || planned == null) {
            moved.add(row.withDates(null, row.lastAt(), now));
        } else {
            jobs.add(polls.send(row, triggered, planned, now));
        }
    }

    /// What isn't sent, because somebody is away or this instance dies here, is sent when its lease
    /// is over.
    private void dispatch(Polls.Dispatch job, Instant now) {
        try {
            executions.dispatch(job.job(), job.group());
        } catch (ServiceException.Unavailable | RestClientException e) {
            log.atWarn()
                    .addKeyValue("trigger", job.job().taskId())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("A trigger can't be sent to a worker; it will be");
            polls.notSent(job.job(), now);
        }
    }

    /// The due triggers that have one execution at a time, and whose last one runs or may run.
    ///
    /// That is asked of the store of executions, by the id that its date gives each: nothing is
    /// noted here that could stay behind.
    private Set<TriggerRow.Key> running(
            List<TriggerRow> due,
            Map<TriggerRow.Key, KnownFlows.Triggered> triggered,
            Instant now) {
        var asked = new HashMap<String, TriggerRow>();
        for (var row : due) {
            var found = triggered.get(row.key());
            if (row.lastAt() != null && found != null && !isConcurrent(found.trigger())) {
                asked.put(executionId(row.key(), row.lastAt()), row);
            }
        }
        if (asked.isEmpty()) {
            return Set.of();
        }
        try {
            var states = executions.states(asked.keySet());
            asked.entrySet().removeIf(e -> isOver(states.get(e.getKey()), e.getValue(), now));
        } catch (ServiceException.Unavailable | RestClientException e) {
            log.atWarn()
                    .addKeyValue("triggers", asked.size())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Whether last executions run can't be told; their triggers wait");
        }
        return asked.values().stream().map(TriggerRow::key).collect(Collectors.toSet());
    }

    /// @param state of the last execution; absent if it isn't there yet, or no more
    private static boolean isOver(@Nullable String state, TriggerRow row, Instant now) {
        return state == null
                ? row.updatedAt().isBefore(now.minus(FORGOTTEN))
                : Backfills.isEnd(state);
    }

    private static boolean isConcurrent(Trigger trigger) {
        return Boolean.TRUE.equals(trigger.properties().get("allowConcurrent"));
    }

    private static String executionId(TriggerRow.Key key, Instant date) {
        return ExecutionId.derived(date, key.seed()).value();
    }

    private Decided decide(
            TriggerRow row,
            KnownFlows.@Nullable Triggered triggered,
            Instant now,
            TriggerFunctions functions) {
        var messages = new ArrayList<OutgoingMessage>();
        var planned = row.nextAt();
        if (triggered == null || planned == null) {
            return new Decided(row.withDates(null, row.lastAt(), now), messages);
        }
        return new Decided(
                row.type().equals(FlowTrigger.TYPE)
                        ? look(row, triggered, planned, now, messages)
                        : due(row, triggered, planned, now, messages, functions),
                messages);
    }

    /// Adds the messages of a schedule and gives its row as it will be.
    private TriggerRow due(
            TriggerRow row,
            KnownFlows.Triggered triggered,
            Instant planned,
            Instant now,
            List<OutgoingMessage> messages,
            TriggerFunctions functions) {
        Schedule schedule;
        try {
            schedule = flows.schedule(triggered.flow(), triggered.trigger());
        } catch (InvalidTriggerException e) {
            return problem(row, e, null, now);
        }
        int most = isConcurrent(triggered.trigger()) ? properties.batch() : 1;
        try {
            var due = schedule.due(planned, now, properties.missedAfter(), most, functions);
            var last = row.lastAt();
            RuntimeException failure = null;
            for (var date : due.fired()) {
                last = date.toInstant();
                try {
                    messages.add(
                            message(row.key(), triggered, schedule.tick(date), now, functions));
                } catch (ExpressionException | IllegalArgumentException e) {
                    messages.add(failed(row.key(), triggered, date, e, now));
                    failure = e;
                }
            }
            due.fired().forEach(d -> metrics.fired(Duration.between(d.toInstant(), now)));
            var next = due.next().map(d -> d.toInstant()).orElse(null);
            var moved = row.withDates(next, last, now);
            return failure == null ? moved : problem(moved, failure, next, now);
        } catch (ExpressionException | IllegalArgumentException e) {
            // conditions that can't be told: the date fails, where its author sees it, and must not
            // come again every second
            var date =
                    schedule.nextWhatever(planned.minusNanos(1))
                            .filter(d -> !d.toInstant().isAfter(now));
            date.ifPresent(d -> messages.add(failed(row.key(), triggered, d, e, now)));
            var next = schedule.nextWhatever(now).map(d -> d.toInstant()).orElse(null);
            var last = date.map(d -> d.toInstant()).orElse(row.lastAt());
            return problem(row.withDates(next, last, now), e, next, now);
        }
    }

    /// Of a trigger that hears others: they should have been heard by now.
    private TriggerRow look(
            TriggerRow row,
            KnownFlows.Triggered triggered,
            Instant planned,
            Instant now,
            List<OutgoingMessage> messages) {
        Deadlines.Look look;
        try {
            look = deadlines.look(row.key(), triggered.trigger(), planned, now);
        } catch (IllegalArgumentException e) {
            return problem(row, e, null, now);
        }
        var missed = look.missed();
        if (missed != null) {
            messages.add(
                    message(
                            row.key(),
                            triggered,
                            missed.at(),
                            Map.of(),
                            missed.labels().entrySet().stream()
                                    .map(l -> new LaneEvent.Label(l.getKey(), l.getValue()))
                                    .toList(),
                            new LaneEvent.Trigger(
                                    row.key().triggerId(),
                                    row.type(),
                                    Map.of("deadline", missed.at().toString())),
                            "Trigger '%s' missed its deadline: %d of %d dependencies were there"
                                    .formatted(
                                            row.key().triggerId(), missed.met(), missed.needed()),
                            now));
        }
        return row.withDates(look.next(), row.lastAt(), now);
    }

    /// An execution that says why it can't run.
    private OutgoingMessage failed(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            ZonedDateTime date,
            RuntimeException cause,
            Instant now) {
        return message(
                key,
                triggered,
                date.toInstant(),
                Map.of(),
                List.of(),
                new LaneEvent.Trigger(
                        key.triggerId(),
                        triggered.trigger().type(),
                        Map.of("date", TickRequests.text(date))),
                "Trigger '%s' can't fire: %s".formatted(key.triggerId(), cause.getMessage()),
                now);
    }

    private static TriggerRow problem(
            TriggerRow row, RuntimeException e, @Nullable Instant next, Instant now) {
        log.atWarn()
                .addKeyValue("tenant", row.key().flow().tenant())
                .addKeyValue("namespace", row.key().flow().namespace())
                .addKeyValue("flow", row.key().flow().flowId())
                .addKeyValue("trigger", row.key().triggerId())
                .addKeyValue("cause", String.valueOf(e.getMessage()))
                .log("Trigger can't fire");
        return row.withProblem(String.valueOf(e.getMessage()), next, now);
    }

    private OutgoingMessage message(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            Schedule.Tick tick,
            Instant now,
            TriggerFunctions functions) {
        var request = requests.of(triggered.flow(), triggered.trigger(), tick, functions);
        return message(
                key,
                triggered,
                tick.date().toInstant(),
                request.inputs(),
                request.labels(),
                request.trigger(),
                null,
                now);
    }

    private OutgoingMessage message(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            Instant date,
            Map<String, @Nullable Object> inputs,
            List<LaneEvent.Label> labels,
            LaneEvent.Trigger trigger,
            @Nullable String failure,
            Instant now) {
        var id = executionId(key, date);
        var event =
                LaneEvent.ExecutionRequested.of(
                                key.flow().tenant(),
                                key.flow().namespace(),
                                key.flow().flowId(),
                                triggered.revision(),
                                "trigger:" + key.triggerId())
                        .inputs(inputs)
                        .labels(labels)
                        .trigger(trigger)
                        .failure(failure)
                        .build();
        return OutgoingMessage.durable(
                topology.lanesExchange(),
                Topology.laneKey(topology.laneOf(id)),
                LaneMessage.of(id, event, now));
    }
}
