// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says what is wrong with the syntax of a text that may hold expressions, and what it needs. Such
/// a fault is a warning: the task fails when it is run, and other tasks may be there to deal with
/// that.
@FunctionalInterface
public interface ExpressionCheck {
    ExpressionCheck NONE = _ -> Optional.empty();

    Optional<Fault> fault(String template);

    /// The variables without which it can't be rendered, such as `outputs`, `extract`, `uri`, each
    /// with its line within the template.
    default Map<List<String>, Integer> needs(String template) {
        return Map.of();
    }

    /// @param line within the template, the first is 1
    record Fault(String message, int line) {}
}
