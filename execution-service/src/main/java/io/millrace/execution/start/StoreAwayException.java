// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.expressions.ExpressionException;
import org.jspecify.annotations.Nullable;

/// A store can't be read now; later it may be.
final class StoreAwayException extends ExpressionException {
    private static final long serialVersionUID = 1L;

    StoreAwayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
