// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.Optional;

/// Says what is wrong with the syntax of a text that may hold expressions. Such a fault is a
/// warning: the task fails when it is run, and other tasks may be there to deal with that.
@FunctionalInterface
public interface ExpressionCheck {
    ExpressionCheck NONE = _ -> Optional.empty();

    Optional<Fault> fault(String template);

    /// @param line within the template, the first is 1
    record Fault(String message, int line) {}
}
