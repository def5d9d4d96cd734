// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

import io.millrace.model.cron.CronExpression;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/// The dates of a schedule, before any condition.
sealed interface Calendar {

    /// The first date after `after`.
    Optional<ZonedDateTime> next(Instant after);

    /// The last date before `before`.
    Optional<ZonedDateTime> previous(Instant before);

    record Cron(CronExpression expression, ZoneId zone) implements Calendar {
        @Override
        public Optional<ZonedDateTime> next(Instant after) {
            return expression.next(after, zone);
        }

        @Override
        public Optional<ZonedDateTime> previous(Instant before) {
            return expression.previous(before, zone);
        }
    }

    record OnDates(List<ZonedDateTime> dates) implements Calendar {
        public OnDates {
            dates = dates.stream().sorted().toList();
        }

        @Override
        public Optional<ZonedDateTime> next(Instant after) {
            return dates.stream().filter(date -> date.toInstant().isAfter(after)).findFirst();
        }

        @Override
        public Optional<ZonedDateTime> previous(Instant before) {
            return dates.reversed().stream()
                    .filter(date -> date.toInstant().isBefore(before))
                    .findFirst();
        }
    }
}
