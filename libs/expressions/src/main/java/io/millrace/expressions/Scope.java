// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names that a template has given values to (`set`, `for`, arguments of a macro), over those of
/// the scope around it; the outermost one is over the variables of the context, which it never
/// changes.
final class Scope {

    private final @Nullable Scope outer;
    private final Map<String, ?> variables;
    private @Nullable Map<String, @Nullable Object> own;

    Scope(Map<String, ?> variables) {
        this(null, variables);
    }

    private Scope(@Nullable Scope outer, Map<String, ?> variables) {
        this.outer = outer;
        this.variables = variables;
    }

    Scope inner() {
        return new Scope(this, Map.of());
    }

    @Nullable Object get(String name, int line) {
        for (var scope = this; scope != null; scope = scope.outer) {
            if (scope.own != null) {
                var value = scope.own.get(name);
                if (value != null || scope.own.containsKey(name)) {
                    return value;
                }
            }
            if (scope.outer == null) {
                var value = scope.variables.get(name);
                if (value != null || scope.variables.containsKey(name)) {
                    return value;
                }
            }
        }
        throw new Undefined(name, line);
    }

    /// Gives a value to a name of this scope.
    void put(String name, @Nullable Object value) {
        if (own == null) {
            own = new HashMap<>();
        }
        own.put(name, value);
    }

    /// Changes the value of a name in the innermost scope that has it; a new name is put here.
    void set(String name, @Nullable Object value) {
        for (var scope = this; scope != null; scope = scope.outer) {
            if ((scope.own != null && scope.own.containsKey(name))
                    || (scope.outer == null && scope.variables.containsKey(name))) {
                scope.put(name, value);
                return;
            }
        }
        put(name, value);
    }
}
