// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/// An error that a jq program may catch.
final class JqError extends ExpressionException {

    private final @Nullable Object value;

    /// @param value what a handler sees
    JqError(@Nullable Object value) {
        super("jq: " + (value instanceof String text ? text : Json.write(value)));
        this.value = value;
    }

    @Nullable Object value() {
        return value;
    }
}
