// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import io.millrace.expressions.UnansweredException;
import io.millrace.scheduler.question.TriggerFunctions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The dates at which a trigger fires. A pure function of the trigger and the instants given.
public final class Schedule {
    /// Dates looked at for one at which the conditions hold; a condition that holds never again
    /// must not take for ever.
    private static final int MOST_TRIES = 50_000;

    private static final Duration FARTHEST = Duration.ofDays(3660);

    private final Calendar calendar;
    private final Recover recover;
    private final @Nullable Duration lateMaximumDelay;
    private final @Nullable Holding conditions;

    Schedule(
            Calendar calendar,
            Recover recover,
            @Nullable Duration lateMaximumDelay,
            @Nullable Holding conditions) {
        this.calendar = calendar;
        this.recover = recover;
        this.lateMaximumDelay = lateMaximumDelay;
        this.conditions = conditions;
    }

    /// Whether conditions hold at a date.
    @FunctionalInterface
    interface Holding {
        boolean at(ZonedDateTime date, TriggerFunctions functions);
    }

    /// A date that fires, with its neighbours.
    public record Tick(
            ZonedDateTime date, Optional<ZonedDateTime> next, Optional<ZonedDateTime> previous) {}

    /// What a scheduler does that looks at a trigger late.
    ///
    /// @param fired dates that fire now, in order
    /// @param next the next date to plan; it isn't later than now if there was more to do
    public record Due(List<ZonedDateTime> fired, Optional<ZonedDateTime> next) {
        public Due {
            fired = List.copyOf(fired);
        }
    }

    /// Whether a date that was planned fires.
    ///
    /// @param planned if the schedule doesn't have it, its first date after that counts
    ///
    /// @param functions what conditions may ask
    public Optional<Tick> evaluate(Instant planned, Instant now, TriggerFunctions functions) {
        return calendar.next(planned.minusNanos(1))
                .filter(date -> !date.toInstant().isAfter(now))
                .filter(date -> holds(date, functions))
                .map(this::tick);
    }

    /// Whether a backfill that has come to `current` fires there: it waits for the schedule's date.
    public Optional<Tick> evaluateBackfill(
            Instant current, Instant now, TriggerFunctions functions) {
        return evaluate(current, now, functions)
                .filter(tick -> !current.isBefore(tick.date().toInstant()));
    }

    /// The tick of a date that the schedule has.
    public Tick tick(ZonedDateTime date) {
        return new Tick(date, next(date.toInstant()), previous(date.toInstant()));
    }

    /// The first date after `after` at which the conditions hold, or may: one that depends on what
    /// a store says is planned, and the store asked when the date has come.
    public Optional<ZonedDateTime> next(Instant after) {
        return firstHolding(after, true, this::mayHold);
    }

    /// The first date after `after` at which the conditions hold by what the stores say now.
    ///
    /// @param functions what conditions may ask
    public Optional<ZonedDateTime> next(Instant after, TriggerFunctions functions) {
        return firstHolding(after, true, date -> holds(date, functions));
    }

    /// The first date after `after`, whether or not the conditions hold at it.
    public Optional<ZonedDateTime> nextWhatever(Instant after) {
        return calendar.next(after);
    }

    /// The last date before `before` at which the conditions hold, or may.
    public Optional<ZonedDateTime> previous(Instant before) {
        return firstHolding(before, false, this::mayHold);
    }

    /// The next date to plan.
    ///
    /// @param last date of the last run, if it ever ran
    public Optional<ZonedDateTime> plan(@Nullable Instant last, Instant now) {
        var from = last == null ? firstFrom(now) : last;
        return next(lateMaximumDelay == null ? from : later(from, latestMissed(now)));
    }

    /// What to do about all dates from `planned` to `now`.
    ///
    /// @param grace how late a date may be before it counts as missed
    /// @param most how many dates to fire at once
    /// @param functions what conditions may ask
    public Due due(
            Instant planned, Instant now, Duration grace, int most, TriggerFunctions functions) {
        var missedUpTo = now.minus(grace);
        var from = planned.minusNanos(1);
        if (lateMaximumDelay != null) {
            from = later(from, latestMissed(now));
        }
        var fired = new ArrayList<ZonedDateTime>();
        switch (recover) {
            case ALL -> {}
            case LAST -> {
                var recent = next(later(from, missedUpTo.minusNanos(1)));
                if (recent.isEmpty() || recent.get().toInstant().isAfter(now)) {
                    var last = previous(missedUpTo);
                    while (last.isPresent()
                            && last.get().toInstant().isAfter(from)
                            && !holds(last.get(), functions)) {
                        last = previous(last.get().toInstant());
                    }
                    if (last.isPresent() && last.get().toInstant().isAfter(from)) {
                        fired.add(last.get());
                    }
                }
                from = later(from, missedUpTo.minusNanos(1));
            }
            case NONE -> from = later(from, missedUpTo.minusNanos(1));
        }
        var next = next(from);
        // those that a store turns down are few at a time: each may be a question
        for (int tries = most + 50;
                next.isPresent()
                        && !next.get().toInstant().isAfter(now)
                        && fired.size() < most
                        && tries > 0;
                tries--) {
            if (holds(next.get(), functions)) {
                fired.add(next.get());
            }
            next = next(next.get().toInstant());
        }
        return new Due(fired, next);
    }

    /// What a scheduler does that was away from `last` to `now`.
    public Due recover(@Nullable Instant last, Instant now, TriggerFunctions functions) {
        return last == null
                ? new Due(List.of(), plan(null, now))
                : due(last.plusNanos(1), now, Duration.ZERO, MOST_TRIES, functions);
    }

    private boolean holds(ZonedDateTime date, TriggerFunctions functions) {
        return conditions == null || conditions.at(date, functions);
    }

    /// Without asking anybody.
    private boolean mayHold(ZonedDateTime date) {
        try {
            return holds(date, TriggerFunctions.unasked());
        } catch (UnansweredException _) {
            return true;
        }
    }

    private Optional<ZonedDateTime> firstHolding(
            Instant from, boolean forward, Predicate<ZonedDateTime> holds) {
        var date = forward ? calendar.next(from) : calendar.previous(from);
        var limit = forward ? from.plus(FARTHEST) : from.minus(FARTHEST);
        for (int tries = 0; date.isPresent() && !holds.test(date.get()); tries++) {
            var at = date.get().toInstant();
            boolean beyond = forward ? at.isAfter(limit) : at.isBefore(limit);
            if (beyond || tries == MOST_TRIES) {
                return Optional.empty();
            }
            date = forward ? calendar.next(at) : calendar.previous(at);
        }
        return date;
    }

    /// Where a schedule that never ran begins: cron expressions with the next date, lists of dates
    /// with their first.
    private Instant firstFrom(Instant now) {
        return switch (calendar) {
            case Calendar.Cron _ -> now;
            case Calendar.OnDates _ -> Instant.MIN;
        };
    }

    /// The latest instant at which a date is too late.
    private Instant latestMissed(Instant now) {
        return lateMaximumDelay == null ? Instant.MIN : now.minus(lateMaximumDelay).minusNanos(1);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
