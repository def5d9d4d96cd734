// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import java.util.Optional;

/// Says what is wrong with the syntax of a text that may hold expressions.
@FunctionalInterface
public interface ExpressionCheck {
    ExpressionCheck NONE = _ -> Optional.empty();

    Optional<String> fault(String template);
}
