// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.scheduler.flowtrigger.FlowTrigger;
import io.millrace.scheduler.schedule.InvalidTriggerException;
import io.millrace.scheduler.schedule.Schedules;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// What users see and change of triggers.
@Service
class Triggers {
    private static final int MOST_AT_ONCE = 10_000;

    private final TriggerStore store;
    private final FlowChanges changes;
    private final KnownFlows flows;
    private final Clock clock;

    Triggers(TriggerStore store, FlowChanges changes, KnownFlows flows, Clock clock) {
        this.store = store;
        this.changes = changes;
        this.flows = flows;
        this.clock = clock;
    }

    /// A trigger with what its flow says of it, if the flow is known.
    record TriggerView(TriggerRow row, Optional<KnownFlows.Triggered> triggered) {}

    record Listed(List<TriggerView> triggers, long total) {}

    /// @param after in the order of names, the last of the page before, or absent
    @Transactional(readOnly = true)
    public Listed list(
            TriggerStore.Filter filter,
            TriggerStore.Page page,
            String orderBy,
            @Nullable Place after) {
        var rows = store.list(filter, page, orderBy, after);
        var known = flows.findAll(rows.stream().map(TriggerRow::key).toList());
        return new Listed(
                rows.stream()
                        .map(row -> new TriggerView(row, Optional.ofNullable(known.get(row.key()))))
                        .toList(),
                store.count(filter));
    }

    /// The rows alone.
    ///
    /// @throws ServiceException.Refused if there are more than `most`
    @Transactional(readOnly = true)
    public List<TriggerRow> rows(TriggerStore.Filter filter, int most) {
        long found = store.count(filter);
        if (found > most) {
            throw new ServiceException.Refused(
                    "Expected to find at most %d triggers but got %d".formatted(most, found));
        }
        return store.list(filter, new TriggerStore.Page(0, most), TriggerStore.IN_ORDER, null);
    }

    @Transactional(readOnly = true)
    public Optional<TriggerView> find(TriggerRow.Key key) {
        return store.find(key).map(row -> new TriggerView(row, flows.find(key)));
    }

    /// Those that a query finds.
    ///
    /// @throws ServiceException.Invalid if there are more than can be changed at once
    @Transactional(readOnly = true)
    List<TriggerRow.Key> keys(TriggerStore.Filter filter) {
        var found =
                store.list(
                        filter,
                        new TriggerStore.Page(0, MOST_AT_ONCE + 1),
                        TriggerStore.IN_ORDER,
                        null);
        if (found.size() > MOST_AT_ONCE) {
            throw new ServiceException.Invalid(
                    "query", "Expected to find at most " + MOST_AT_ONCE + " triggers");
        }
        return found.stream().map(TriggerRow::key).toList();
    }

    /// Switches a trigger off, or on again: then it goes on with the next date.
    @Transactional
    public Optional<TriggerRow> setDisabled(TriggerRow.Key key, boolean disabled) {
        return store.lock(key)
                .map(row -> {
                    if (row.disabled() == disabled) {
                        return row;
                    }
                    var now = clock.instant();
                    var next = disabled || !row.active() ? null : nextDate(row, now);
                    var changed = row.withDisabled(disabled, next, now);
                    store.save(changed);
                    return changed;
                });
    }

    /// Lets a trigger that waits, or that couldn't fire, look again now.
    @Transactional
    public Optional<TriggerRow> restart(TriggerRow.Key key) {
        return store.lock(key)
                .map(row -> {
                    var now = clock.instant();
                    var next = row.disabled() || !row.active() ? null : row.nextAt();
                    if (next == null && row.active() && !row.disabled()) {
                        next = nextDate(row, now);
                    }
                    var changed = row.withDates(next, row.lastAt(), now);
                    store.save(changed);
                    return changed;
                });
    }

    private @Nullable Instant nextDate(TriggerRow row, Instant now) {
        if (Polls.runsOnWorkers(row.type())) {
            return now;
        }
        if (row.type().equals(FlowTrigger.TYPE)) {
            return flows.find(row.key())
                    .map(found -> changes.nextLook(found.trigger(), now))
                    .orElse(null);
        }
        if (!Schedules.isSchedule(row.type())) {
            return null;
        }
        try {
            return flows.find(row.key())
                    .flatMap(found -> flows.schedule(found.flow(), found.trigger()).next(now))
                    .map(date -> date.toInstant())
                    .orElse(null);
        } catch (InvalidTriggerException _) {
            return null;
        }
    }

    /// The dates to come.
    ///
    /// @throws ServiceException.Invalid if it is no schedule
    @Transactional(readOnly = true)
    public List<ZonedDateTime> nextDates(TriggerRow.Key key, int count) {
        var found =
                flows.find(key)
                        .orElseThrow(() ->
                                new ServiceException.NotFound(
                                        "Not Found: trigger '%s'".formatted(key.triggerId())));
        try {
            var schedule = flows.schedule(found.flow(), found.trigger());
            var dates = new ArrayList<ZonedDateTime>();
            var next = schedule.next(clock.instant());
            while (next.isPresent() && dates.size() < count) {
                dates.add(next.get());
                next = schedule.next(next.get().toInstant());
            }
            return dates;
        } catch (InvalidTriggerException e) {
            throw new ServiceException.Invalid("trigger", e.detail());
        }
    }

    /// Forgets the state of a trigger; one that its flow still has begins anew.
    @Transactional
    public boolean delete(TriggerRow.Key key) {
        if (!store.delete(key)) {
            return false;
        }
        flows.find(key).ifPresent(found -> changes.begin(key, found, clock.instant()));
        return true;
    }
}
