// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import io.pebbletemplates.pebble.node.ArgumentsNode;
import io.pebbletemplates.pebble.node.expression.LiteralStringExpression;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A filter or function.
///
/// @param parameters their names in order; empty for one that takes any number of arguments
/// @param lane whether a call may run on a lane
/// @param reads variables that it looks at beyond its arguments; null if it may look at all
record Builtin(
        String name,
        List<String> parameters,
        Lane lane,
        @Nullable Set<Reads.Path> reads,
        Body body) {

    @FunctionalInterface
    interface Body {

        /// @param input of a filter; null for a function
        @Nullable Object call(@Nullable Object input, Arguments arguments, Evaluation evaluation);
    }

    /// When a call is safe on a lane.
    enum Lane {
        SAFE,
        /// With one argument at most: a second one makes it a regular expression.
        SAFE_WITHOUT_OPTIONS,
        /// With a literal argument: one that comes from data may be a costly regular expression.
        SAFE_WITH_LITERAL,
        UNSAFE;

        boolean allows(ArgumentsNode arguments) {
            var positional = arguments.getPositionalArgs();
            var named = arguments.getNamedArgs();
            int count =
                    (positional == null ? 0 : positional.size())
                            + (named == null ? 0 : named.size());
            return switch (this) {
                case SAFE -> true;
                case SAFE_WITHOUT_OPTIONS -> count <= 1;
                case SAFE_WITH_LITERAL ->
                        count == 0
                                || (positional != null
                                        && !positional.isEmpty()
                                        && positional.getFirst().getValueExpression()
                                                instanceof LiteralStringExpression);
                case UNSAFE -> false;
            };
        }
    }

    /// A pure one.
    static Builtin of(String name, Body body, String... parameters) {
        return new Builtin(name, List.of(parameters), Lane.SAFE, Set.of(), body);
    }

    Builtin onLane(Lane lane) {
        return new Builtin(name, parameters, lane, reads, body);
    }

    Builtin reading(String... variables) {
        var paths = new java.util.HashSet<Reads.Path>();
        for (var variable : variables) {
            paths.add(Reads.Path.of(variable));
        }
        return new Builtin(name, parameters, lane, paths, body);
    }

    Builtin readingEverything() {
        return new Builtin(name, parameters, lane, null, body);
    }

    Builtin named(String alias) {
        return new Builtin(alias, parameters, lane, reads, body);
    }
}
