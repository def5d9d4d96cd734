// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.flowtrigger;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Within which time several executions belong together. What counts is when an execution changed,
/// not when it is heard of.
public sealed interface TimeWindow {

    /// From `from` on, before `to`.
    record Interval(Instant from, Instant to) {
        public boolean contains(Instant at) {
            return !at.isBefore(from) && at.isBefore(to);
        }
    }

    /// The window that begins with something at `at`, or nothing if that is outside of all windows.
    Optional<Interval> around(Instant at);

    /// Of a fixed length, beginning at a round time: of the day if it lasts days, of the hour if it
    /// lasts hours, else at a multiple of its minutes.
    ///
    /// @param advance by how much it begins later
    record Fixed(Duration size, Duration advance, ZoneId zone) implements TimeWindow {
        @Override
        public Optional<Interval> around(Instant at) {
            var start = round(at.atZone(zone)).toInstant().plus(advance);
            long windows = Math.floorDiv(Duration.between(start, at).toMillis(), size.toMillis());
            var from = start.plus(size.multipliedBy(windows));
            return Optional.of(new Interval(from, from.plus(size)));
        }

        private ZonedDateTime round(ZonedDateTime at) {
            if (size.toDays() > 0) {
                return at.truncatedTo(ChronoUnit.DAYS);
            }
            if (size.toHours() > 0) {
                return at.truncatedTo(ChronoUnit.HOURS);
            }
            long minutes = size.toMinutes();
            if (minutes == 0) {
                return at.truncatedTo(ChronoUnit.MINUTES);
            }
            return at.truncatedTo(ChronoUnit.HOURS).plusMinutes(at.getMinute() / minutes * minutes);
        }
    }

    /// All that happened within this time before the latest of it.
    record Sliding(Duration size) implements TimeWindow {
        @Override
        public Optional<Interval> around(Instant at) {
            return Optional.of(new Interval(at.minus(size).plusNanos(1_000), at.plusNanos(1_000)));
        }
    }

    /// Each day between two times; over midnight if the second is earlier.
    record Daily(LocalTime from, LocalTime to, ZoneId zone) implements TimeWindow {
        @Override
        public Optional<Interval> around(Instant at) {
            var today = at.atZone(zone).toLocalDate();
            for (var day : new java.time.LocalDate[] {today, today.minusDays(1)}) {
                var end = to.isAfter(from) ? day : day.plusDays(1);
                var interval =
                        new Interval(
                                day.atTime(from).atZone(zone).toInstant(),
                                end.atTime(to).atZone(zone).toInstant());
                if (interval.contains(at)) {
                    return Optional.of(interval);
                }
            }
            return Optional.empty();
        }

        /// The first end of one after `at`.
        public Instant nextEnd(Instant at) {
            var end = at.atZone(zone).with(to);
            return (end.toInstant().isAfter(at) ? end : end.plusDays(1).with(to)).toInstant();
        }

        /// The one that ended last, at `at` or before.
        public Interval lastEnded(Instant at) {
            var end = at.atZone(zone).with(to);
            if (end.toInstant().isAfter(at)) {
                end = end.minusDays(1).with(to);
            }
            return around(end.toInstant().minusNanos(1)).orElseThrow();
        }
    }
}
