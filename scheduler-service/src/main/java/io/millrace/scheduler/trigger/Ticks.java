// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.ExpressionException;
import io.millrace.model.ExecutionId;
import io.millrace.model.Trigger;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.problem.ServiceException;
import io.millrace.scheduler.execution.Executions;
import io.millrace.scheduler.flowtrigger.FlowTrigger;
import io.millrace.scheduler.schedule.InvalidTriggerException;
import io.millrace.scheduler.schedule.Schedule;
import io.millrace.scheduler.schedule.TickRequests;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
            SchedulerProperties properties) {
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
    /// The rows stay locked while the broker confirms: nobody waits for them but a change of their
    /// own flow, and no longer than the broker's confirm timeout.
    Turn fire(Instant now) {
        var last = lastExecutions(now);
        var turn =
                transaction.execute(_ -> {
                    var due = store.lockDue(now, properties.batch());
                    var messages = new ArrayList<OutgoingMessage>();
                    var moved = new ArrayList<TriggerRow>(due.size());
                    var jobs = new ArrayList<Polls.Dispatch>();
                    var triggered = flows.findAll(due.stream().map(TriggerRow::key).toList());
                    for (var row : due) {
                        var found = triggered.get(row.key());
                        switch (last.of(row, now)) {
                            case OVER -> {
                                if (Polls.runsOnWorkers(row.type())) {
                                    send(row, found, now, jobs, moved);
                                } else {
                                    moved.add(decide(row, found, now, messages));
                                }
                            }
                            case RUNNING -> store.hold(row.key(), now.plus(HOLD));
                            // became due meanwhile: the next turn asks for it, too
                            case UNASKED -> {}
                        }
                    }
                    if (!messages.isEmpty()) {
                        publisher.accept(messages);
                    }
                    store.move(moved);
                    return new Sent(new Turn(due.size(), messages.size()), jobs);
                });
        if (turn == null) {
            return new Turn(0, 0);
        }
        turn.jobs().forEach(job -> dispatch(job, now));
        return turn.turn();
    }

    private record Sent(Turn turn, List<Polls.Dispatch> jobs) {}

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

    private enum Last {
        OVER,
        RUNNING,
        UNASKED
    }

    /// How the last executions of due triggers stand that have one at a time.
    ///
    /// @param asked ids by trigger
    /// @param states absent if they can't be told now
    private record LastExecutions(
            Map<TriggerRow.Key, String> asked,
            Set<TriggerRow.Key> concurrent,
            @Nullable Map<String, String> states) {

        Last of(TriggerRow row, Instant now) {
            if (row.lastAt() == null || concurrent.contains(row.key())) {
                return Last.OVER;
            }
            var id = asked.get(row.key());
            if (id == null) {
                return Last.UNASKED;
            }
            if (states == null) {
                return Last.RUNNING;
            }
            var state = states.get(id);
            if (state == null) {
                // not there yet, or no more
                return row.updatedAt().isBefore(now.minus(FORGOTTEN)) ? Last.OVER : Last.RUNNING;
            }
            return Backfills.isEnd(state) ? Last.OVER : Last.RUNNING;
        }
    }

    /// Whether one runs is asked of the store of executions, by the id that its date gives it:
    /// nothing is noted here that could stay behind.
    private LastExecutions lastExecutions(Instant now) {
        var asked = new HashMap<TriggerRow.Key, String>();
        var concurrent = new HashSet<TriggerRow.Key>();
        // looked at without keeping them: the answer is asked of another service
        var due = transaction.execute(_ -> store.lockDue(now, properties.batch()));
        var again =
                due == null
                        ? List.<TriggerRow>of()
                        : due.stream().filter(row -> row.lastAt() != null).toList();
        var triggered = flows.findAll(again.stream().map(TriggerRow::key).toList());
        for (var row : again) {
            var found = triggered.get(row.key());
            if (found == null || isConcurrent(found.trigger())) {
                concurrent.add(row.key());
            } else if (row.lastAt() != null) {
                asked.put(row.key(), executionId(row.key(), row.lastAt()));
            }
        }
        if (asked.isEmpty()) {
            return new LastExecutions(asked, concurrent, Map.of());
        }
        try {
            return new LastExecutions(asked, concurrent, executions.states(asked.values()));
        } catch (ServiceException.Unavailable | RestClientException e) {
            log.atWarn()
                    .addKeyValue("triggers", asked.size())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Whether last executions run can't be told; their triggers wait");
            return new LastExecutions(asked, concurrent, null);
        }
    }

    private static boolean isConcurrent(Trigger trigger) {
        return Boolean.TRUE.equals(trigger.properties().get("allowConcurrent"));
    }

    private static String executionId(TriggerRow.Key key, Instant date) {
        return ExecutionId.derived(date, key.seed()).value();
    }

    /// Adds the messages of one trigger and gives its row as it will be.
    private TriggerRow decide(
            TriggerRow row,
            KnownFlows.@Nullable Triggered triggered,
            Instant now,
            List<OutgoingMessage> messages) {
        var planned = row.nextAt();
        if (triggered == null || planned == null) {
            return row.withDates(null, row.lastAt(), now);
        }
        if (row.type().equals(FlowTrigger.TYPE)) {
            return look(row, triggered, planned, now, messages);
        }
        Schedule schedule;
        try {
            schedule = flows.schedule(triggered.flow(), triggered.trigger());
        } catch (InvalidTriggerException e) {
            return problem(row, e, null, now);
        }
        int most = isConcurrent(triggered.trigger()) ? properties.batch() : 1;
        try {
            var due = schedule.due(planned, now, properties.missedAfter(), most);
            var last = row.lastAt();
            RuntimeException failure = null;
            for (var date : due.fired()) {
                last = date.toInstant();
                metrics.fired(Duration.between(last, now));
                try {
                    messages.add(message(row.key(), triggered, schedule.tick(date), now));
                } catch (ExpressionException | IllegalArgumentException e) {
                    messages.add(failed(row.key(), triggered, date, e, now));
                    failure = e;
                }
            }
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
            TriggerRow.Key key, KnownFlows.Triggered triggered, Schedule.Tick tick, Instant now) {
        var request = requests.of(triggered.flow(), triggered.trigger(), tick);
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
                new LaneEvent.ExecutionRequested(
                        key.flow().tenant(),
                        key.flow().namespace(),
                        key.flow().flowId(),
                        triggered.revision(),
                        inputs,
                        labels,
                        trigger,
                        null,
                        null,
                        null,
                        "trigger:" + key.triggerId(),
                        null,
                        failure);
        return OutgoingMessage.durable(
                topology.lanesExchange(),
                Topology.laneKey(topology.laneOf(id)),
                LaneMessage.of(id, event, now));
    }
}
