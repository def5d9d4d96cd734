// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/// A rendering that cost more than its [Budget] allows.
public final class BudgetExceededException extends ExpressionException {

    public BudgetExceededException(String message) {
        this(message, null, false);
    }

    private BudgetExceededException(String message, @Nullable Throwable cause, boolean placed) {
        super(message, cause, placed);
    }

    @Override
    ExpressionException placed(String message) {
        return new BudgetExceededException(message, this, true);
    }
}
