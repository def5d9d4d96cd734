// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/// A template that can't be parsed or rendered. The message is meant for the author of the flow.
public class ExpressionException extends RuntimeException {

    public ExpressionException(String message) {
        super(message);
    }

    public ExpressionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
