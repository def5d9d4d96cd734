// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

/// A rendering that took more than its [Budget].
public final class BudgetExceededException extends ExpressionException {

    BudgetExceededException(String message) {
        super(message);
    }
}
