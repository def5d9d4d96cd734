// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.logs;

import com.fasterxml.jackson.annotation.JsonValue;
import io.millrace.execution.search.ExecutionFilter;
import io.millrace.platform.problem.ServiceException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/// Where a line stands among others: by when it was written and, of those that were written at
/// once, by its number. The number by itself wouldn't do: the last lines of a task are stored with
/// its result, maybe before lines that it sent ahead.
///
/// @param seq the line's number, which no other has
record LineKey(Instant at, long seq) {
    /// Before all lines.
    static final LineKey BEGIN = new LineKey(Instant.EPOCH, 0);

    /// Behind all lines.
    static final LineKey END = new LineKey(Instant.parse("9999-12-31T23:59:59Z"), Long.MAX_VALUE);

    /// @param parameter what it is the value of
    /// @throws ServiceException.Invalid if it is none that a page gave
    static LineKey of(String parameter, String text) {
        int comma = text.indexOf(',');
        if (comma < 0 || !text.substring(comma + 1).matches("\\d{1,18}")) {
            throw new ServiceException.Invalid(
                    parameter, "Illegal argument: expected a place that a page before gave");
        }
        return new LineKey(
                ExecutionFilter.instant(parameter, text.substring(0, comma)),
                Long.parseLong(text.substring(comma + 1)));
    }

    /// For a condition on `(at, seq)` with `(:keyAt, :keySeq)`.
    Map<String, Object> parameters() {
        return Map.of("keyAt", at.atOffset(ZoneOffset.UTC), "keySeq", seq);
    }

    @JsonValue
    @Override
    public String toString() {
        return at + "," + seq;
    }
}
