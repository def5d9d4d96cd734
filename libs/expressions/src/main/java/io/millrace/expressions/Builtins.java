// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All filters and functions by name.
final class Builtins {

    private static final Map<String, Builtin> FILTERS =
            byName(
                    Stream.of(
                            TextBuiltins.filters(),
                            CollectionBuiltins.filters(),
                            DateBuiltins.filters(),
                            EncodingBuiltins.filters()));

    private static final Map<String, Builtin> FUNCTIONS =
            byName(
                    Stream.of(
                            CollectionBuiltins.functions(),
                            DateBuiltins.functions(),
                            EncodingBuiltins.functions(),
                            ContextBuiltins.functions()));

    private Builtins() {}

    static @Nullable Builtin filter(String name) {
        return FILTERS.get(name);
    }

    static @Nullable Builtin function(String name) {
        return FUNCTIONS.get(name);
    }

    /// Names of all filters.
    static Set<String> filters() {
        return FILTERS.keySet();
    }

    /// Names of all functions.
    static Set<String> functions() {
        return FUNCTIONS.keySet();
    }

    private static Map<String, Builtin> byName(Stream<List<Builtin>> groups) {
        return groups.flatMap(List::stream)
                .collect(Collectors.toUnmodifiableMap(Builtin::name, Function.identity()));
    }
}
