// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import org.jspecify.annotations.Nullable;

/// One thing that is wrong with what was sent.
///
/// @param field path of the field, such as `tasks[1].type` or `inputs.date`
/// @param line 1-based line in the source, if it has lines
/// @param column 1-based column in the source, if it has lines
public record Violation(
        @Nullable String field, String message, @Nullable Integer line, @Nullable Integer column) {

    public static Violation of(String field, String message) {
        return new Violation(field, message, null, null);
    }

    public static Violation at(String field, String message, int line, int column) {
        return new Violation(field, message, line, column);
    }
}
