// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.serdes;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How dates and times are written. Rows have them as texts of ISO 8601, which is what stays where
/// no format is given.
record TimeForms(
        @Title("Format of dates, such as dd.MM.yyyy") @Nullable String dateFormat,
        @Title("Format of times") @Nullable String timeFormat,
        @Title("Format of dates with times") @Nullable String dateTimeFormat,
        @Title("Zone that dates with times are written in; their own if absent")
                @Nullable String timeZoneId) {
    /// A text that can't be a date or a time isn't looked at any further.
    private static final int LONGEST = 40;

    Writer writer() throws TaskFailedException {
        try {
            return new Writer(
                    format(dateFormat),
                    format(timeFormat),
                    format(dateTimeFormat),
                    timeZoneId == null ? null : ZoneId.of(timeZoneId));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new TaskFailedException(
                    "Expected a format of dates, or a zone: " + e.getMessage(), e);
        }
    }

    private static @Nullable DateTimeFormatter format(@Nullable String pattern) {
        return pattern == null ? null : DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    }

    /// Writes what is a date or a time as a whole.
    record Writer(
            @Nullable DateTimeFormatter date,
            @Nullable DateTimeFormatter time,
            @Nullable DateTimeFormatter both,
            @Nullable ZoneId zone) {

        String write(String text) {
            boolean maybe =
                    text.length() <= LONGEST
                            && !text.isEmpty()
                            && Character.isDigit(text.charAt(0));
            if (!maybe) {
                return text;
            }
            try {
                if (text.contains("T")) {
                    return both == null ? text : both.format(moment(text));
                }
                if (text.contains(":")) {
                    return time == null
                            ? text
                            : time.format(LocalTime.parse(text).atOffset(ZoneOffset.UTC));
                }
                return date == null ? text : date.format(LocalDate.parse(text));
            } catch (DateTimeException _) {
                // a text that only looks like one
                return text;
            }
        }

        private TemporalAccessor moment(String text) {
            return switch (DateTimeFormatter.ISO_DATE_TIME.parseBest(
                    text, OffsetDateTime::from, LocalDateTime::from)) {
                case OffsetDateTime moment when zone != null -> moment.atZoneSameInstant(zone);
                case LocalDateTime local -> local.atZone(zone == null ? ZoneOffset.UTC : zone);
                case TemporalAccessor other -> other;
            };
        }
    }
}
