// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The values that a loop goes through, as texts, in order. Written once, when the loop begins.
public final class Items {
    private final List<String> values;
    private volatile @Nullable Map<String, Integer> index;

    public Items(List<String> values) {
        this.values = List.copyOf(values);
    }

    public List<String> values() {
        return values;
    }

    public int size() {
        return values.size();
    }

    public String get(int iteration) {
        return values.get(iteration);
    }

    /// Number of the iteration that has this value, or -1.
    public int iterationOf(String value) {
        var known = index;
        if (known == null) {
            known = HashMap.newHashMap(values.size());
            for (int i = 0; i < values.size(); i++) {
                known.putIfAbsent(values.get(i), i);
            }
            index = known;
        }
        return known.getOrDefault(value, -1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Items items && items.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
