// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;

/// What a request wants of the database that it has no place for, and that nobody checked before.
final class Unstorable {
    /// Characters that aren't in the database's repertoire, dates and numbers out of its range.
    private static final Set<String> VALUES =
            Set.of("22021", "22P05", "22003", "22007", "22008", "22009");

    /// A regular expression that a filter gave.
    private static final String NO_PATTERN = "2201B";

    private Unstorable() {}

    /// @return nothing if that isn't why it failed
    static ServiceException.@Nullable Invalid reason(Exception e) {
        var state =
                NestedExceptionUtils.getMostSpecificCause(e) instanceof SQLException sql
                        ? sql.getSQLState()
                        : null;
        if (NO_PATTERN.equals(state)) {
            return new ServiceException.Invalid(
                    "filters", "Expected a regular expression that can be read");
        }
        return state == null || !VALUES.contains(state)
                ? null
                : new ServiceException.Invalid(
                        "request",
                        "Expected text without U+0000, and dates and numbers that can be stored");
    }
}
