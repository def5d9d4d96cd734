// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.cron;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// One field of a cron expression and how its values are written.
enum CronField {
    SECOND(0, 59, ""),
    MINUTE(0, 59, ""),
    HOUR(0, 23, ""),
    DAY_OF_MONTH(1, 31, ""),
    MONTH(1, 12, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
    /// 0 and 7 are Sunday.
    DAY_OF_WEEK(0, 7, "SUN MON TUE WED THU FRI SAT");

    private final int min;
    private final int max;
    private final String names;

    CronField(int min, int max, String names) {
        this.min = min;
        this.max = max;
        this.names = names;
    }

    /// Whether `text` leaves the field open.
    static boolean isAny(String text) {
        return text.equals("*") || text.equals("*/1");
    }

    /// Parses a list such as `1,10-20/5,*/7`.
    ///
    /// @return the values as a set of bits
    /// @throws CronSyntaxException if it isn't one
    long parse(String text) {
        long bits = 0;
        for (var part : text.split(",", -1)) {
            bits |= parsePart(text, part);
        }
        // Sunday is 0 from here on
        return this == DAY_OF_WEEK ? (bits | bits >>> 7) & 0x7f : bits;
    }

    private long parsePart(String text, String part) {
        var sides = part.split("/", -1);
        if (sides.length > 2) {
            throw invalid(text, "it has more than one `/`");
        }
        int step = sides.length == 2 ? number(text, sides[1]) : 1;
        if (step < 1 || step > max) {
            // `*/60` would be but once an hour, which is seldom what is meant
            throw invalid(text, "its step is not in 1-%d".formatted(max));
        }
        var range = sides[0];
        if (range.equals("*")) {
            return bits(min, this == DAY_OF_WEEK ? max - 1 : max, step);
        }
        var ends = range.split("-", -1);
        if (ends.length > 2) {
            throw invalid(text, "it has more than one `-` in a range");
        }
        int from = value(text, ends[0]);
        if (ends.length == 1) {
            return sides.length == 2 ? bits(from, max, step) : 1L << from;
        }
        int to = value(text, ends[1]);
        if (from <= to) {
            return bits(from, to, step);
        }
        if (this == DAY_OF_WEEK && to == 0) {
            return bits(from, 7, step);
        }
        throw invalid(text, "its range ends before it begins");
    }

    private static long bits(int from, int to, int step) {
        long bits = 0;
        for (int value = from; value <= to; value += step) {
            bits |= 1L << value;
        }
        return bits;
    }

    private int value(String text, String written) {
        int name = List.of(names.split(" ")).indexOf(written.toUpperCase(Locale.ROOT));
        int value =
                name >= 0 && !written.isEmpty()
                        ? name + (this == MONTH ? 1 : 0)
                        : number(text, written);
        if (value < min || value > max) {
            throw invalid(text, "%d is not in %d-%d".formatted(value, min, max));
        }
        return value;
    }

    private int number(String text, String written) {
        if (written.isEmpty()
                || written.length() > 4
                || !written.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw invalid(text, "`" + written + "` is no number");
        }
        return Integer.parseInt(written);
    }

    private CronSyntaxException invalid(String text, String why) {
        return new CronSyntaxException(
                "`%s` is no %s: %s"
                        .formatted(text, name().toLowerCase(Locale.ROOT).replace('_', ' '), why));
    }

    static List<CronField> of(int fields) {
        var all = Arrays.asList(values());
        return fields == 6 ? all : all.subList(1, 6);
    }
}
