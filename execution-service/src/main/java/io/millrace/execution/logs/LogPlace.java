// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How far a stream of log lines has come. Lines get numbers when they are written and are seen
/// when they are committed, which may be in another order: so a place is what was committed, as
/// PostgreSQL tells it (`pg_snapshot`), and only within that a number.
///
/// @param seq the last line that was told of those that `during` has and `before` hasn't
/// @param before all that it had committed was told
/// @param during what is being told; empty: nothing yet
record LogPlace(long seq, String before, String during) {
    private static final int MOST_CHARACTERS = 4_000;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})\\.([\\d:,]+)\\.([\\d:,]+)");
    private static final Pattern SNAPSHOT =
            Pattern.compile("(\\d{1,18}):(\\d{1,18}):((?:\\d{1,18}(?:,\\d{1,18})*)?)");

    /// Where nothing was told.
    static final LogPlace BEGIN = new LogPlace(0, "1:1:", "");

    /// The id of an event, understood by whom it was made; anything else begins anew.
    static LogPlace of(@Nullable String text) {
        if (text == null || text.length() > MOST_CHARACTERS) {
            return BEGIN;
        }
        var parts = TEXT.matcher(text);
        if (!parts.matches() || !isSnapshot(parts.group(2)) || !isSnapshot(parts.group(3))) {
            return BEGIN;
        }
        return new LogPlace(Long.parseLong(parts.group(1)), parts.group(2), parts.group(3));
    }

    /// What PostgreSQL would take for one.
    private static boolean isSnapshot(String text) {
        var parts = SNAPSHOT.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        long from = Long.parseLong(parts.group(1));
        long to = Long.parseLong(parts.group(2));
        if (from < 1 || from > to) {
            return false;
        }
        if (parts.group(3).isEmpty()) {
            return true;
        }
        long last = from - 1;
        for (var between : parts.group(3).split(",")) {
            long next = Long.parseLong(between);
            if (next <= last || next >= to) {
                return false;
            }
            last = next;
        }
        return true;
    }

    LogPlace at(long told, String seen) {
        return new LogPlace(told, before, during.isEmpty() ? seen : during);
    }

    /// All of `during` was told.
    LogPlace done() {
        return during.isEmpty() ? this : new LogPlace(0, during, "");
    }

    /// The first transaction that was under way when all of `before` was told.
    long oldest() {
        return Long.parseLong(before.substring(0, before.indexOf(':')));
    }

    /// The first transaction that hadn't begun when all of `before` was told.
    long next() {
        return Long.parseLong(before.split(":", -1)[1]);
    }

    @Override
    public String toString() {
        return seq + "." + before + "." + during;
    }
}
