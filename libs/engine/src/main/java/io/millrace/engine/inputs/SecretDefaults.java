// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Renders the defaults of secret inputs elsewhere, for one who may not know what they say.
@FunctionalInterface
public interface SecretDefaults {

    /// @param inputs those that are resolved already
    /// @return an [io.millrace.expressions.Encrypted], or null if the default is nothing
    /// @throws io.millrace.expressions.ExpressionException if it can't be rendered, or isn't
    ///   accepted
    @Nullable Object sealed(String input, Map<String, ?> inputs);
}
