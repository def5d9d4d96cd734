// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/// A template that can't be parsed or rendered. The message is meant for the author of the flow.
public class ExpressionException extends RuntimeException {

    private final boolean placed;

    public ExpressionException(String message) {
        this(message, null);
    }

    public ExpressionException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    ExpressionException(String message, @Nullable Throwable cause, boolean placed) {
        super(message, cause);
        this.placed = placed;
    }

    /// The same with the expression and the line that it happened in, unless it says so already.
    final ExpressionException at(String expression, int line) {
        return placed || line == 0
                ? this
                : placed(
                        "%s in the expression `%s` at line %d"
                                .formatted(getMessage(), expression, line));
    }

    ExpressionException placed(String message) {
        return new ExpressionException(message, this, true);
    }
}
