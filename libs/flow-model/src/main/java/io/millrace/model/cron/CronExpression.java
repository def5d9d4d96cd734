// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.cron;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A Unix cron expression: minute, hour, day of month, month, day of week, with seconds before them
/// if asked for. As with cron, a date matches one of the two day fields if both are given.
///
/// When clocks change, an expression that names its hours runs once for each date that it names:
/// what falls into a gap runs at its end, and what would come twice runs the first time. One that
/// leaves the hours open follows the clock on the wall: every reading that matches is a date. (The
/// rules of Vixie cron, applied to any time zone and any size of change.)
public final class CronExpression {
    private static final Map<String, String> NICKNAMES =
            Map.of(
                    "@yearly", "0 0 1 1 *",
                    "@annually", "0 0 1 1 *",
                    "@monthly", "0 0 1 * *",
                    "@weekly", "0 0 * * 0",
                    "@daily", "0 0 * * *",
                    "@midnight", "0 0 * * *",
                    "@hourly", "0 * * * *");

    /// 29 February can be eight years away; beyond that there is nothing.
    private static final int MOST_YEARS = 9;

    private final String text;
    private final long seconds;
    private final long minutes;
    private final long hours;
    private final long daysOfMonth;
    private final long months;
    private final long daysOfWeek;
    private final boolean anyDayOfMonth;
    private final boolean anyDayOfWeek;
    private final boolean anyHour;

    private CronExpression(String text, Map<CronField, String> fields) {
        this.text = text;
        this.seconds = bits(fields, CronField.SECOND, "0");
        this.minutes = bits(fields, CronField.MINUTE, "*");
        this.hours = bits(fields, CronField.HOUR, "*");
        this.daysOfMonth = bits(fields, CronField.DAY_OF_MONTH, "*");
        this.months = bits(fields, CronField.MONTH, "*");
        this.daysOfWeek = bits(fields, CronField.DAY_OF_WEEK, "*");
        this.anyDayOfMonth = CronField.isAny(fields.getOrDefault(CronField.DAY_OF_MONTH, "*"));
        this.anyDayOfWeek = CronField.isAny(fields.getOrDefault(CronField.DAY_OF_WEEK, "*"));
        this.anyHour = fields.getOrDefault(CronField.HOUR, "*").startsWith("*");
    }

    private static long bits(Map<CronField, String> fields, CronField field, String otherwise) {
        return field.parse(fields.getOrDefault(field, otherwise));
    }

    /// @param withSeconds whether six fields are expected, in place of five
    /// @throws CronSyntaxException if it is none
    public static CronExpression parse(String text, boolean withSeconds) {
        var stripped = text.strip();
        if (stripped.startsWith("@")) {
            var meaning = NICKNAMES.get(stripped.toLowerCase(Locale.ROOT));
            if (meaning == null) {
                throw new CronSyntaxException(
                        "invalid cron expression '%s': no such nickname".formatted(text));
            }
            return of(text, meaning, 5);
        }
        return of(text, stripped, withSeconds ? 6 : 5);
    }

    private static CronExpression of(String text, String meaning, int expected) {
        var parts = meaning.split("\\s+");
        if (parts.length != expected) {
            throw new CronSyntaxException(
                    "invalid cron expression '%s': expected %d fields but found %d"
                            .formatted(text, expected, meaning.isEmpty() ? 0 : parts.length));
        }
        var fields = new EnumMap<CronField, String>(CronField.class);
        int i = 0;
        for (var field : CronField.of(expected)) {
            fields.put(field, parts[i++]);
        }
        try {
            return new CronExpression(text, fields);
        } catch (CronSyntaxException e) {
            throw new CronSyntaxException(
                    "invalid cron expression '%s': %s".formatted(text, e.getMessage()));
        }
    }

    /// The first date after `after`, or none within nine years.
    public Optional<ZonedDateTime> next(Instant after, ZoneId zone) {
        var rules = zone.getRules();
        var limit = after.atZone(ZoneOffset.UTC).plusYears(MOST_YEARS).toInstant();
        var from = after;
        boolean inclusive = false;
        while (from.isBefore(limit)) {
            // offsets don't change within a span, so that local times are in order there
            var offset = rules.getOffset(from);
            var end = rules.nextTransition(from);
            var start = from.atOffset(offset).toLocalDateTime();
            var found = nextLocal(start, inclusive, spanEnd(end, limit, offset));
            while (found != null && comesAgain(found, offset, zone)) {
                found = nextLocal(found, false, spanEnd(end, limit, offset));
            }
            if (found != null) {
                return Optional.of(found.toInstant(offset).atZone(zone));
            }
            if (end == null) {
                return Optional.empty();
            }
            from = end.getInstant();
            inclusive = true;
            if (from.isBefore(limit) && firesAtEndOf(end)) {
                return Optional.of(from.atZone(zone));
            }
        }
        return Optional.empty();
    }

    /// The last date before `before`, or none within nine years.
    public Optional<ZonedDateTime> previous(Instant before, ZoneId zone) {
        var rules = zone.getRules();
        var limit = before.atZone(ZoneOffset.UTC).minusYears(MOST_YEARS).toInstant();
        var to = before;
        while (to.isAfter(limit)) {
            var begin = rules.previousTransition(to);
            var offset = rules.getOffset(to.minusNanos(1));
            var least =
                    begin == null || begin.getInstant().isBefore(limit)
                            ? limit
                            : begin.getInstant();
            var leastLocal = least.atOffset(offset).toLocalDateTime();
            var found = previousLocal(to.atOffset(offset).toLocalDateTime(), leastLocal);
            while (found != null && comesAgain(found, offset, zone)) {
                found = previousLocal(found, leastLocal);
            }
            if (found != null) {
                return Optional.of(found.toInstant(offset).atZone(zone));
            }
            if (begin == null) {
                return Optional.empty();
            }
            to = begin.getInstant();
            if (to.isAfter(limit) && firesAtEndOf(begin)) {
                return Optional.of(to.atZone(zone));
            }
        }
        return Optional.empty();
    }

    private static LocalDateTime spanEnd(
            @Nullable ZoneOffsetTransition end, Instant limit, ZoneOffset offset) {
        var last = end == null || end.getInstant().isAfter(limit) ? limit : end.getInstant();
        return last.atOffset(offset).toLocalDateTime();
    }

    /// Whether this local time was read on the clock before, under an earlier offset.
    private boolean comesAgain(LocalDateTime local, ZoneOffset offset, ZoneId zone) {
        if (anyHour) {
            return false;
        }
        var offsets = zone.getRules().getValidOffsets(local);
        return offsets.size() == 2 && offsets.getLast().equals(offset);
    }

    /// Whether a date that names its hour was skipped by the clock; one exactly at the end of the
    /// gap is a date of its own.
    private boolean firesAtEndOf(ZoneOffsetTransition transition) {
        return transition.isGap()
                && !anyHour
                && nextLocal(transition.getDateTimeBefore(), true, transition.getDateTimeAfter())
                        != null;
    }

    /// The first match in `[from, end)`, or in `(from, end)`.
    private @Nullable LocalDateTime nextLocal(
            LocalDateTime from, boolean inclusive, LocalDateTime end) {
        var second = from.truncatedTo(ChronoUnit.SECONDS);
        var earliest = inclusive && second.equals(from) ? from : second.plusSeconds(1);
        var day = earliest.toLocalDate();
        var time = earliest.toLocalTime();
        while (!day.isAfter(end.toLocalDate())) {
            if (!has(months, day.getMonthValue())) {
                day = day.plusMonths(1).withDayOfMonth(1);
                time = LocalTime.MIN;
                continue;
            }
            var found = matches(day) ? nextTime(time) : null;
            if (found != null) {
                var match = day.atTime(found);
                return match.isBefore(end) ? match : null;
            }
            day = day.plusDays(1);
            time = LocalTime.MIN;
        }
        return null;
    }

    /// The last match in `[least, to)`.
    private @Nullable LocalDateTime previousLocal(LocalDateTime to, LocalDateTime least) {
        var latest = to.minusNanos(1).truncatedTo(ChronoUnit.SECONDS);
        var day = latest.toLocalDate();
        var time = latest.toLocalTime();
        while (!day.isBefore(least.toLocalDate())) {
            if (!has(months, day.getMonthValue())) {
                day = YearMonth.from(day).minusMonths(1).atEndOfMonth();
                time = LocalTime.of(23, 59, 59);
                continue;
            }
            var found = matches(day) ? previousTime(time) : null;
            if (found != null) {
                var match = day.atTime(found);
                return match.isBefore(least) ? null : match;
            }
            day = day.minusDays(1);
            time = LocalTime.of(23, 59, 59);
        }
        return null;
    }

    private boolean matches(LocalDate day) {
        boolean ofMonth = has(daysOfMonth, day.getDayOfMonth());
        boolean ofWeek = has(daysOfWeek, day.getDayOfWeek().getValue() % 7);
        if (anyDayOfMonth || anyDayOfWeek) {
            return ofMonth && ofWeek;
        }
        return ofMonth || ofWeek;
    }

    private @Nullable LocalTime nextTime(LocalTime from) {
        for (int hour = next(hours, from.getHour()); hour >= 0; hour = next(hours, hour + 1)) {
            boolean sameHour = hour == from.getHour();
            for (int minute = next(minutes, sameHour ? from.getMinute() : 0);
                    minute >= 0;
                    minute = next(minutes, minute + 1)) {
                boolean sameMinute = sameHour && minute == from.getMinute();
                int second = next(seconds, sameMinute ? from.getSecond() : 0);
                if (second >= 0) {
                    return LocalTime.of(hour, minute, second);
                }
            }
        }
        return null;
    }

    private @Nullable LocalTime previousTime(LocalTime to) {
        for (int hour = last(hours, to.getHour()); hour >= 0; hour = last(hours, hour - 1)) {
            boolean sameHour = hour == to.getHour();
            for (int minute = last(minutes, sameHour ? to.getMinute() : 59);
                    minute >= 0;
                    minute = last(minutes, minute - 1)) {
                boolean sameMinute = sameHour && minute == to.getMinute();
                int second = last(seconds, sameMinute ? to.getSecond() : 59);
                if (second >= 0) {
                    return LocalTime.of(hour, minute, second);
                }
            }
        }
        return null;
    }

    private static boolean has(long bits, int value) {
        return (bits >>> value & 1) == 1;
    }

    /// The least value that is at least `from`, or -1.
    private static int next(long bits, int from) {
        long rest = from > 63 ? 0 : bits & (-1L << from);
        return rest == 0 ? -1 : Long.numberOfTrailingZeros(rest);
    }

    /// The greatest value that is at most `to`, or -1.
    private static int last(long bits, int to) {
        long rest = to < 0 ? 0 : bits & (-1L >>> (63 - to));
        return rest == 0 ? -1 : 63 - Long.numberOfLeadingZeros(rest);
    }

    @Override
    public String toString() {
        return text;
    }
}
