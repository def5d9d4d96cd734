// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/// Durations and dates as far as they can be kept. One that reaches farther ends in no date that a
/// database takes: what waits for it would never be stored, nor would what is stored with it.
public final class Durations {
    /// The longest, forwards and backwards.
    public static final Duration LONGEST = Duration.ofDays(36_500);

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    private Durations() {}

    /// @param text ISO 8601
    /// @throws DateTimeException if it is none, or too long
    public static Duration parse(String text) {
        return checked(Duration.parse(text));
    }

    /// @throws DateTimeException if it is too long
    public static Duration checked(Duration duration) {
        if (duration.compareTo(LONGEST) > 0 || duration.compareTo(LONGEST.negated()) < 0) {
            throw new DateTimeException(
                    "Expected a duration of at most " + LONGEST.toDays() + " days");
        }
        return duration;
    }

    /// @throws DateTimeException if it isn't from 1970 to 9999
    public static Instant checked(Instant date) {
        if (date.isBefore(Instant.EPOCH) || date.isAfter(LAST)) {
            throw new DateTimeException("Expected a date from 1970 to 9999");
        }
        return date;
    }
}
