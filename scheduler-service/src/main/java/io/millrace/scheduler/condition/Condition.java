// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.condition;

/// A question about a date, a flow or an execution.
@FunctionalInterface
public interface Condition {

    /// @throws IllegalArgumentException if a property isn't what it must be
    /// @throws io.millrace.expressions.ExpressionException if a template can't be rendered
    boolean holds(ConditionContext context);
}
