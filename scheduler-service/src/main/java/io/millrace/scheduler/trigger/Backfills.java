// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.LaneMessage;
import io.millrace.contracts.Topology;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.UnansweredException;
import io.millrace.model.ExecutionId;
import io.millrace.platform.broker.BrokerUnavailableException;
import io.millrace.platform.broker.OutgoingMessage;
import io.millrace.platform.broker.UnroutableException;
import io.millrace.platform.problem.ServiceException;
import io.millrace.scheduler.execution.Executions;
import io.millrace.scheduler.question.Asker;
import io.millrace.scheduler.question.StoreAwayException;
import io.millrace.scheduler.question.Stores;
import io.millrace.scheduler.question.TriggerFunctions;
import io.millrace.scheduler.schedule.InvalidTriggerException;
import io.millrace.scheduler.schedule.Schedule;
import io.millrace.scheduler.schedule.TickRequests;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.client.ResourceAccessException;

/// Makes up for dates of a schedule: a list of instants, each with the state of its execution.
///
/// The regular schedule goes on meanwhile. An execution's id is derived from backfill and date, so
/// that a crash at any point asks for the same execution again.
class Backfills {
    private static final Logger log = LoggerFactory.getLogger(Backfills.class);
    private static final Set<String> TO_REPEAT = Set.of("FAILED", "KILLED", "CANCELLED");
    private static final TriggerStore.Page OPEN = new TriggerStore.Page(0, 1_000);

    /// Dates, in search of one that the schedule still has.
    private static final int LOOKED_AT = 500;

    /// An execution that was asked for so long ago, and isn't there, was deleted, or its flow could
    /// not be used any more.
    private static final Duration FORGOTTEN = Duration.ofMinutes(5);

    private final BackfillStore store;
    private final KnownFlows flows;
    private final TickRequests requests;
    private final Executions executions;
    private final Stores stores;
    private final Topology topology;
    private final Consumer<List<OutgoingMessage>> publisher;
    private final TransactionTemplate transaction;
    private final int mostDates;
    private final Clock clock;

    /// @param publisher returns when the broker has confirmed all of them
    /// @param mostDates of one backfill
    Backfills(
            BackfillStore store,
            KnownFlows flows,
            TickRequests requests,
            Executions executions,
            Stores stores,
            Topology topology,
            Consumer<List<OutgoingMessage>> publisher,
            TransactionTemplate transaction,
            int mostDates,
            Clock clock) {
        this.store = store;
        this.flows = flows;
        this.requests = requests;
        this.executions = executions;
        this.stores = stores;
        this.topology = topology;
        this.publisher = publisher;
        this.transaction = transaction;
        this.mostDates = mostDates;
        this.clock = clock;
    }

    /// What is asked for.
    ///
    /// @param end the last date at most; absent for now
    /// @param onlyMissing whether dates that have an execution which didn't fail are left out
    record Wanted(
            Instant start,
            @Nullable Instant end,
            Map<String, @Nullable Object> inputs,
            List<Backfill.Label> labels,
            boolean onlyMissing,
            int concurrency,
            boolean paused,
            String by) {}

    /// A backfill and how far it is.
    record Standing(Backfill backfill, Backfill.Progress progress) {}

    /// @throws ServiceException.Invalid if the trigger has no such dates
    /// @throws ServiceException.Conflict if it has an unfinished backfill
    Standing create(TriggerRow.Key key, Wanted wanted) {
        var triggered =
                flows.find(key)
                        .orElseThrow(() ->
                                new ServiceException.NotFound(
                                        "Not Found: trigger '%s'".formatted(key.triggerId())));
        var now = clock.instant();
        var end = wanted.end() == null || wanted.end().isAfter(now) ? now : wanted.end();
        if (wanted.start().isAfter(end)) {
            throw new ServiceException.Invalid(
                    "backfill.start", "Expected a start before the end, and not in the future");
        }
        var id = UUID.randomUUID().toString().replace("-", "");
        var dates = dates(key, triggered, wanted, end, id, now);
        var backfill =
                new Backfill(
                        id,
                        key,
                        wanted.start(),
                        end,
                        wanted.inputs(),
                        wanted.labels(),
                        wanted.concurrency(),
                        wanted.paused(),
                        now,
                        wanted.by(),
                        null);
        try {
            transaction.executeWithoutResult(_ -> store.add(backfill, dates));
        } catch (DuplicateKeyException _) {
            throw new ServiceException.Conflict(
                    "The trigger has a backfill that hasn't ended. Cancel it, or wait");
        }
        return standing(backfill);
    }

    private List<Backfill.Date> dates(
            TriggerRow.Key key,
            KnownFlows.Triggered triggered,
            Wanted wanted,
            Instant end,
            String id,
            Instant now) {
        var dates = new ArrayList<Instant>();
        var schedule = schedule(triggered);
        var functions =
                functions(key, triggered, ExecutionId.derived(now, "backfill\0" + id).value());
        var next = next(schedule, wanted.start().minusNanos(1), functions);
        while (next.isPresent() && !next.get().toInstant().isAfter(end)) {
            dates.add(next.get().toInstant());
            if (dates.size() > mostDates) {
                throw new ServiceException.Invalid(
                        "backfill",
                        "Expected at most %d dates from %s to %s"
                                .formatted(mostDates, wanted.start(), end));
            }
            next = next(schedule, next.get().toInstant(), functions);
        }
        var present = wanted.onlyMissing() ? present(key, dates) : Set.<Instant>of();
        var list = new ArrayList<Backfill.Date>(dates.size());
        for (int i = 0; i < dates.size(); i++) {
            var date = dates.get(i);
            // of the time of the backfill, so that it is listed and kept with what runs now
            var execution =
                    ExecutionId.derived(now.plusMillis(i), "backfill\0" + id + "\0" + date).value();
            list.add(
                    new Backfill.Date(
                            date,
                            execution,
                            present.contains(date) ? Backfill.EXISTS : Backfill.PENDING));
        }
        return list;
    }

    /// The next date, if the conditions hold by what stores say now: somebody waits for it.
    private static Optional<ZonedDateTime> next(
            Schedule schedule, Instant after, TriggerFunctions functions) {
        try {
            return schedule.next(after, functions);
        } catch (StoreAwayException e) {
            throw e.unavailable();
        } catch (ExpressionException e) {
            throw new ServiceException.Invalid("trigger", String.valueOf(e.getMessage()));
        }
    }

    private TriggerFunctions functions(
            TriggerRow.Key key, KnownFlows.Triggered triggered, String executionId) {
        return TriggerFunctions.asking(
                stores,
                new Asker(
                        key.flow().tenant(),
                        key.flow().namespace(),
                        key.flow().flowId(),
                        triggered.revision(),
                        executionId));
    }

    /// Dates with an execution, of the schedule itself or of an earlier backfill, that runs or has
    /// not failed.
    private Set<Instant> present(TriggerRow.Key key, List<Instant> dates) {
        var byExecution = new HashMap<String, Instant>();
        dates.forEach(date -> byExecution.put(ExecutionId.derived(date, key.seed()).value(), date));
        var wanted = new HashSet<>(dates);
        for (var earlier : store.of(key, 100)) {
            for (var date : store.dates(earlier.id(), "", new TriggerStore.Page(0, mostDates))) {
                if (wanted.contains(date.date())) {
                    byExecution.put(date.executionId(), date.date());
                }
            }
        }
        var present = new HashSet<Instant>();
        executions
                .states(byExecution.keySet())
                .forEach((execution, state) -> {
                    var date = byExecution.get(execution);
                    if (date != null && !TO_REPEAT.contains(state)) {
                        present.add(date);
                    }
                });
        return present;
    }

    private Schedule schedule(KnownFlows.Triggered triggered) {
        try {
            return flows.schedule(triggered.flow(), triggered.trigger());
        } catch (InvalidTriggerException e) {
            throw new ServiceException.Invalid("trigger", e.detail());
        }
    }

    /// Starts what is due of all backfills. One that fails by itself holds up no other; while
    /// something is away, none is tried.
    ///
    /// @return how many executions it asked for
    int advance() {
        int started = 0;
        for (var id : store.open()) {
            try {
                started += advance(id);
            } catch (BrokerUnavailableException
                    | UnroutableException
                    | TransactionException
                    | TransientDataAccessException
                    | DataAccessResourceFailureException
                    | ResourceAccessException
                    | ServiceException.Unavailable e) {
                throw e;
            } catch (RuntimeException e) {
                log.atError()
                        .addKeyValue("backfill", id)
                        .setCause(e)
                        .log("A backfill could not go on; it is looked at again");
            }
        }
        return started;
    }

    private int advance(String id) {
        var asked = new HashMap<String, OutgoingMessage>();
        while (true) {
            try {
                return advance(id, asked);
            } catch (AskFirstException e) {
                try {
                    asked.put(e.executionId, e.ask.get());
                } catch (StoreAwayException away) {
                    log.atWarn()
                            .addKeyValue("backfill", id)
                            .addKeyValue("cause", String.valueOf(away.getMessage()))
                            .log("Backfill waits for a store");
                    return 0;
                }
            }
        }
    }

    /// Rolls the transaction back: stores must be asked first, with no row locked.
    private static final class AskFirstException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String executionId;
        private final transient Supplier<OutgoingMessage> ask;

        AskFirstException(String executionId, Supplier<OutgoingMessage> ask) {
            super("stores must be asked first", null, false, false);
            this.executionId = executionId;
            this.ask = ask;
        }
    }

    /// @param asked requests whose expressions have asked stores, by execution
    private int advance(String id, Map<String, OutgoingMessage> asked) {
        // what ended unheard, or was deleted, must not stop the others
        var running = store.dates(id, Backfill.RUNNING, OPEN);
        var states = executions.states(running.stream().map(Backfill.Date::executionId).toList());
        var started =
                transaction.execute(_ -> {
                    var backfill = store.lockOpen(id).orElse(null);
                    if (backfill == null) {
                        return 0;
                    }
                    var missing = new ArrayList<String>();
                    for (var date : running) {
                        var state = states.get(date.executionId());
                        if (state == null) {
                            missing.add(date.executionId());
                        } else if (isEnd(state)) {
                            store.ended(date.executionId(), state);
                        }
                    }
                    if (!missing.isEmpty()) {
                        store.missing(missing, clock.instant(), FORGOTTEN);
                    }
                    int free =
                            backfill.concurrency() - store.dates(id, Backfill.RUNNING, OPEN).size();
                    if (free <= 0) {
                        return 0;
                    }
                    var due =
                            store.dates(
                                    id,
                                    Backfill.PENDING,
                                    new TriggerStore.Page(0, Math.max(free, LOOKED_AT)));
                    if (due.isEmpty()) {
                        if (free == backfill.concurrency()) {
                            store.end(id, clock.instant());
                        }
                        return 0;
                    }
                    return start(backfill, due, free, asked);
                });
        return started == null ? 0 : started;
    }

    static boolean isEnd(String state) {
        return switch (state) {
            case "SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED", "RETRIED" ->
                    true;
            default -> false;
        };
    }

    /// Asked for and confirmed before the rows say so: who dies in between asks again, by the same
    /// ids. Dates that the schedule doesn't have any more are left out.
    private int start(
            Backfill backfill,
            List<Backfill.Date> due,
            int free,
            Map<String, OutgoingMessage> asked) {
        var triggered = flows.find(backfill.key()).orElse(null);
        if (triggered == null) {
            store.cancel(backfill.id(), clock.instant());
            return 0;
        }
        Schedule schedule;
        try {
            schedule = flows.schedule(triggered.flow(), triggered.trigger());
        } catch (InvalidTriggerException _) {
            store.cancel(backfill.id(), clock.instant());
            return 0;
        }
        var messages = new ArrayList<OutgoingMessage>();
        var begun = new ArrayList<Instant>();
        var gone = new ArrayList<Instant>();
        for (var date : due) {
            if (begun.size() == free) {
                break;
            }
            var at =
                    schedule.nextWhatever(date.date().minusNanos(1))
                            .filter(found -> found.toInstant().equals(date.date()));
            if (at.isPresent()) {
                var ready = asked.get(date.executionId());
                messages.add(
                        ready == null
                                ? message(backfill, triggered, schedule.tick(at.get()), date)
                                : ready);
                begun.add(date.date());
            } else {
                gone.add(date.date());
            }
        }
        publisher.accept(messages);
        store.asked(backfill.id(), begun, clock.instant());
        store.leftOut(backfill.id(), gone);
        return messages.size();
    }

    private OutgoingMessage message(
            Backfill backfill,
            KnownFlows.Triggered triggered,
            Schedule.Tick tick,
            Backfill.Date date) {
        try {
            return message(backfill, triggered, tick, date, TriggerFunctions.unasked());
        } catch (UnansweredException _) {
            throw new AskFirstException(
                    date.executionId(),
                    () ->
                            message(
                                    backfill,
                                    triggered,
                                    tick,
                                    date,
                                    functions(backfill.key(), triggered, date.executionId())));
        }
    }

    private OutgoingMessage message(
            Backfill backfill,
            KnownFlows.Triggered triggered,
            Schedule.Tick tick,
            Backfill.Date date,
            TriggerFunctions functions) {
        var key = backfill.key();
        var labels = new ArrayList<LaneEvent.Label>();
        Map<String, @Nullable Object> inputs = Map.of();
        var trigger =
                new LaneEvent.Trigger(
                        key.triggerId(), triggered.trigger().type(), TickRequests.variables(tick));
        String failure = null;
        try {
            var request =
                    requests.of(
                            triggered.flow(),
                            triggered.trigger(),
                            tick,
                            backfill.inputs(),
                            functions);
            inputs = request.inputs();
            labels.addAll(request.labels());
        } catch (ExpressionException | IllegalArgumentException e) {
            failure = "The inputs of trigger '%s': %s".formatted(key.triggerId(), e.getMessage());
        }
        backfill.labels().forEach(l -> labels.add(new LaneEvent.Label(l.key(), l.value())));
        labels.add(new LaneEvent.Label(Backfill.LABEL, "true"));
        var event =
                LaneEvent.ExecutionRequested.of(
                                key.flow().tenant(),
                                key.flow().namespace(),
                                key.flow().flowId(),
                                triggered.revision(),
                                "backfill:" + backfill.createdBy())
                        .inputs(inputs)
                        .labels(labels)
                        .trigger(trigger)
                        .failure(failure)
                        .build();
        return OutgoingMessage.durable(
                topology.lanesExchange(),
                Topology.laneKey(topology.laneOf(date.executionId())),
                LaneMessage.of(date.executionId(), event, clock.instant()));
    }

    Optional<Standing> active(TriggerRow.Key key) {
        return Optional.ofNullable(active(List.of(key)).get(key));
    }

    /// The unfinished ones of these triggers.
    Map<TriggerRow.Key, Standing> active(Collection<TriggerRow.Key> keys) {
        var active = new HashMap<TriggerRow.Key, Standing>();
        standings(store.active(keys))
                .forEach(standing -> active.put(standing.backfill().key(), standing));
        return active;
    }

    List<Standing> of(TriggerRow.Key key) {
        return standings(store.of(key, 100));
    }

    Optional<Standing> find(TriggerRow.Key key, String id) {
        return store.find(key, id).map(this::standing);
    }

    List<Backfill.Date> dates(
            Backfill backfill, String state, @Nullable Instant after, TriggerStore.Page page) {
        return store.dates(backfill.id(), state, after, page);
    }

    /// @return whether the trigger has an unfinished one
    boolean pause(TriggerRow.Key key, boolean paused) {
        return store.active(List.of(key)).stream().anyMatch(b -> store.pause(b.id(), paused));
    }

    /// @return whether the trigger had an unfinished one
    boolean cancel(TriggerRow.Key key) {
        var cancelled =
                transaction.execute(_ ->
                        store.active(List.of(key)).stream()
                                .anyMatch(b -> store.cancel(b.id(), clock.instant())));
        return Boolean.TRUE.equals(cancelled);
    }

    private Standing standing(Backfill backfill) {
        return standings(List.of(backfill)).getFirst();
    }

    private List<Standing> standings(List<Backfill> backfills) {
        var progress = store.progress(backfills.stream().map(Backfill::id).toList());
        return backfills.stream()
                .map(b -> new Standing(b, progress.getOrDefault(b.id(), Backfill.Progress.NONE)))
                .toList();
    }
}
