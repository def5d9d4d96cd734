// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The names that are visible at a node of a jq program, the innermost first.
sealed interface JqEnv {
    record Empty() implements JqEnv {}

    record Value(String name, @Nullable Object value, JqEnv outer) implements JqEnv {}

    record Filter(String name, JqTerm body, JqEnv at, JqEnv outer) implements JqEnv {}

    record Definition(JqTerm.Function function, JqEnv outer) implements JqEnv {}

    /// The value of `$name`.
    default @Nullable Object variable(String name) {
        for (var at = this; ; ) {
            switch (at) {
                case Value value -> {
                    if (value.name().equals(name)) {
                        return value.value();
                    }
                    at = value.outer();
                }
                case Filter filter -> at = filter.outer();
                case Definition definition -> at = definition.outer();
                case Empty _ -> {
                    if (name.equals("ENV") || name.equals("__prog_args")) {
                        return new LinkedHashMap<>();
                    }
                    throw new JqError("$" + name + " is not defined");
                }
            }
        }
    }
}
